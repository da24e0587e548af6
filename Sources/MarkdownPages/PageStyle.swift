/// How pages look: light and dark as the reader's system is, on paper without colours.
enum PageStyle {
    static let css = """
        :root { --text: #1f2328; --soft: #59636e; --paper: #ffffff; --shade: #f6f8fa; --line: #d1d9e0; --link: #0969da; --mark: #bf8700; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e6edf3; --soft: #9198a1; --paper: #0d1117; --shade: #151b23; --line: #3d444d; --link: #4493f8; --mark: #d29922; }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; overflow-wrap: anywhere; }
        h1, h2, h3, h4 { line-height: 1.25; margin: 2em 0 .6em; }
        h1 { font-size: 1.9rem; margin-top: 0; padding-bottom: .3em; border-bottom: 1px solid var(--line); }
        h2 { font-size: 1.35rem; padding-bottom: .25em; border-bottom: 1px solid var(--line); }
        h3 { font-size: 1.1rem; }
        p, ul, ol, blockquote, pre, .table { margin: 0 0 1em; }
        li + li { margin-top: .2em; }
        a { color: var(--link); text-decoration: none; }
        a:hover { text-decoration: underline; }
        code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        code { background: var(--shade); border: 1px solid var(--line); border-radius: 4px; padding: .1em .3em; overflow-wrap: anywhere; }
        pre { background: var(--shade); border: 1px solid var(--line); border-radius: 6px; padding: .8em 1em; overflow-x: auto; }
        pre code { background: none; border: 0; padding: 0; overflow-wrap: normal; }
        blockquote { border-left: 4px solid var(--mark); padding: .2em 1em; margin-left: 0; color: var(--soft); }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; min-width: 50%; font-size: .93em; font-variant-numeric: tabular-nums; }
        th, td { min-width: 6.2em; border: 1px solid var(--line); padding: .4em .7em; text-align: left; vertical-align: top; overflow-wrap: normal; }
        td[align=right], th[align=right] { text-align: right; white-space: nowrap; }
        td[align=center], th[align=center] { text-align: center; }
        th { background: var(--shade); }
        tbody tr:nth-child(even) { background: color-mix(in srgb, var(--shade) 55%, transparent); }
        hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
        nav { font-size: .9em; color: var(--soft); margin: 0 0 1.5em; }
        nav ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .2em 1.2em; }
        nav li + li { margin: 0; }
        footer { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem 2rem; color: var(--soft); font-size: .85em; }
        thead:not(:has(th:not(:empty))) { display: none; }
        li:has(> input[type=checkbox]) { list-style: none; margin-left: -1.3em; }
        blockquote > :last-child { margin-bottom: 0; }
        input[type=checkbox] { margin: 0 .4em 0 0; }
        @media print {
          :root { --text: #000; --soft: #333; --paper: #fff; --shade: #fff; --line: #999; --link: #000; }
          body { font-size: 10.5pt; }
          main { max-width: none; padding: 0; }
          nav { display: none; }
          h2, h3 { break-after: avoid; }
          pre, tr, blockquote { break-inside: avoid; }
          .table { overflow: visible; }
          pre { white-space: pre-wrap; }
          a[href^="http"]::after { content: " (" attr(href) ")"; font-size: .85em; }
        }
        """
}
