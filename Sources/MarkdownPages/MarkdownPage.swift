/// One Markdown text as a page of its own: nothing is loaded from anywhere, no script runs.
package enum MarkdownPage {
    /// The whole page.
    ///
    /// `name`: stands in the title bar when the text has no heading, and at the foot.
    ///
    /// `base`: where its links to files lead from; see ``MarkdownHTML/render(_:base:)``.
    package static func render(_ markdown: String, name: String, base: String? = nil) -> String {
        var outline = HeadingOutline(html: MarkdownHTML.render(markdown, base: base))
        var body = outline.marked().replacing("<table>", with: "<div class=\"table\"><table>").replacing(
            "</table>",
            with: "</table></div>"
        )
        let navigation = contents(outline.entries)
        // Below the title where the text begins with one.
        if let end = body.firstRange(of: "</h1>\n"), body.hasPrefix("<h1") {
            body.insert(contentsOf: navigation, at: end.upperBound)
        } else {
            body = navigation + body
        }
        let title = outline.entries.first { $0.level == 1 }?.text ?? MarkdownHTML.escape(name)
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="referrer" content="no-referrer">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>
            \(PageStyle.css)
            </style>
            </head>
            <body>
            <main>
            \(body)</main>
            <footer>\(MarkdownHTML.escape(name))</footer>
            </body>
            </html>

            """
    }

    /// Links to the sections, for pages with more than a few.
    private static func contents(_ entries: [HeadingOutline.Entry]) -> String {
        let sections = entries.filter { $0.level == 2 }
        guard sections.count > 3 else { return "" }
        let items = sections.map { "<li><a href=\"#\($0.id)\">\($0.text)</a></li>" }
        return "<nav><ul>\(items.joined())</ul></nav>\n"
    }
}
