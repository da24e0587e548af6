import Foundation
import MarkdownPages
import TestSupport
import Testing

@Suite("Markdown pages")
struct MarkdownPageTests {
    @Test("Tables, fences, struck-out text and task lists become HTML")
    func dialect() {
        let html = MarkdownHTML.render(
            "# A\n\n| x | y |\n|---|--:|\n| 1 | 2 |\n\n```sh\nls < a\n```\n\n- [x] ~~done~~\n"
        )
        #expect(html.contains("<h1>A</h1>"))
        #expect(html.contains("<td align=\"right\">2</td>"))
        #expect(html.contains("<pre><code class=\"language-sh\">ls &lt; a\n</code></pre>"))
        #expect(html.contains("<del>done</del>"))
        #expect(html.contains("type=\"checkbox\""))
    }

    @Test(
        "Nothing in a text becomes markup that could do something",
        arguments: [
            "<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b",
            "<iframe src=\"https://evil.example\"></iframe>",
            "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>1</script>)",
            "[x](vbscript:x)",
            "[x](file:///etc/passwd)", "[x](//evil.example/x)", "![x](https://evil.example/p.png)",
            "<javascript:alert(1)>",
            "[x](java\tscript:alert(1))", "[x]: javascript:alert(1)\n\n[x]", "<style>*{display:none}</style>",
            "<!-- x --> <b onclick=x>y</b>",
            "[x](\\\\evil\\share)", "| <script> |\n|---|\n| <img src=x> |", "<a href=\"javascript:x\">y</a>",
            "```html\"><script>\n</script>\n```",
            "## <script>x</script>", "[<img src=x onerror=y>](https://a.example)", "https://evil.example",
        ]
    )
    func harmless(text: String) {
        for page in [MarkdownHTML.render(text), MarkdownHTML.render(text, base: "file:///r/")] {
            for tag in [
                "<script", "<img", "<iframe", "<style", "<b ", "onerror=\"", "href=\"java", "href=\"data", "href=\"vb",
                "href=\"//",
            ] {
                #expect(!page.lowercased().contains(tag), "\(text) -> \(page)")
            }
            #expect(!page.contains("file:///etc"), "\(text)")
        }
    }

    @Test("Raw HTML stays readable as text")
    func visible() {
        #expect(MarkdownHTML.render("a <b>c</b>").contains("a &lt;b&gt;c&lt;/b&gt;"))
        #expect(MarkdownHTML.render("<div>\nhello\n</div>").contains("&lt;div&gt;"))
    }

    @Test("Links to files lead from the report's folder, those to sections stay in the page")
    func links() {
        let text = "[a](agents/A.md) [b](#sec) [c](https://x.example/y) [d](mailto:x@y.example) ![p](p.png)"
        let html = MarkdownHTML.render(text, base: "file:///r/docs/")
        for link in [
            "file:///r/docs/agents/A.md", "#sec", "https://x.example/y", "mailto:x@y.example", "file:///r/docs/p.png",
        ] {
            #expect(html.contains("href=\"\(link)\""), "\(link)")
        }
        #expect(MarkdownHTML.render(text).contains("href=\"agents/A.md\""))
    }

    @Test("Headings can be linked to, equal ones too, and a page of many sections begins with links to them")
    func headings() {
        let page = MarkdownPage.render("# T & x\n\n## One\n\n---\n\n## One\n\n## `Two` <i>\n\n## 3\n", name: "r.md")
        #expect(page.contains("<title>T &amp; x</title>"))
        #expect(page.contains("<h2 id=\"one\">One</h2>"))
        #expect(page.contains("<h2 id=\"one-2\">One</h2>"))
        #expect(page.contains("<li><a href=\"#one-2\">One</a></li>"))
        #expect(page.contains("<h2 id=\"3\">3</h2>"))
        #expect(page.components(separatedBy: "<li>").count == 5)
    }

    @Test("A page loads nothing and runs nothing")
    func alone() {
        let page = MarkdownPage.render("text", name: "a<b>.md")
        #expect(page.contains("default-src 'none'"))
        #expect(page.contains("<title>a&lt;b&gt;.md</title>"))
        for word in ["<script", "src=", "@import", "url("] { #expect(!page.contains(word)) }
    }

    @Test("Any bytes make a page", arguments: 0..<100)
    func anything(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed) + 7)
        let parts = [
            "<h2>", "<hr />", "</h2>", "#", "|", "\n", "```", "](", "[", "javascript:", "<", ">", "&", "\u{0}", "é",
            "- ", "---", " ", "x", "<table>",
        ]
        let text = (0..<200).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
        let page = MarkdownPage.render(text, name: "x")
        #expect(page.hasSuffix("</html>\n"))
        #expect(!page.contains("<script") && !page.contains("href=\"java"))
    }
}
