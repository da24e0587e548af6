import CCMark

/// Turns Markdown that nobody vouches for into HTML that can do nothing.
///
/// GitHub's dialect: tables, struck-out text, task lists; no links that nobody wrote as links. Raw HTML is shown as text,
/// pictures become links, and links lead only to web pages, mail addresses, and files beside the page.
package enum MarkdownHTML {
    /// Longest text that is rendered; default 16 MiB.
    ///
    /// What is behind it is left out, with a line that says so.
    package static let limitInBytes = 16 << 20

    /// The text as HTML without head and body.
    ///
    /// `base`: a folder that links to files are made relative to, as a URL that ends with `/`; `nil` leaves them as they are.
    package static func render(_ markdown: String, base: String? = nil) -> String {
        cmark_gfm_core_extensions_ensure_registered()
        guard let parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8) else { return escape(markdown) }
        defer { cmark_parser_free(parser) }
        for name in ["table", "strikethrough", "tasklist"] {
            guard let found = cmark_find_syntax_extension(name) else { continue }
            cmark_parser_attach_syntax_extension(parser, found)
        }
        var bytes = Array(markdown.utf8.prefix(limitInBytes))
        if bytes.count < markdown.utf8.count {
            bytes += Array("\n\n*The rest was left out: the file is too long.*\n".utf8)
        }
        bytes.withUnsafeBytes { buffer in
            cmark_parser_feed(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        guard let document = cmark_parser_finish(parser) else { return escape(markdown) }
        defer { cmark_node_free(document) }
        disarm(document, base: base)
        // Nothing of the text's own HTML or unchecked addresses is left, so what is rendered is all of the renderer's making.
        guard let html = cmark_render_html(document, CMARK_OPT_UNSAFE, cmark_parser_get_syntax_extensions(parser))
        else {
            return escape(markdown)
        }
        defer { cmark_get_default_mem_allocator().pointee.free(html) }
        return String(cString: html)
    }

    /// The text with the signs that HTML reads replaced.
    package static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }

    /// Replaces raw HTML by text and pictures by links, and takes away addresses that could do something.
    private static func disarm(_ document: OpaquePointer, base: String?) {
        var doomed: [OpaquePointer] = []
        guard let iterator = cmark_iter_new(document) else { return }
        while true {
            let event = cmark_iter_next(iterator)
            if event == CMARK_EVENT_DONE { break }
            guard event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator) else { continue }
            let type = cmark_node_get_type(node)
            if type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE || type == CMARK_NODE_IMAGE
                || type == CMARK_NODE_LINK
            {
                doomed.append(node)
            }
        }
        cmark_iter_free(iterator)
        for node in doomed { disarm(node: node, base: base) }
    }

    private static func disarm(node: OpaquePointer, base: String?) {
        let type = cmark_node_get_type(node)
        if type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE {
            let address = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
            let checked = LinkTarget.checked(address, base: base)
            if type == CMARK_NODE_LINK {
                cmark_node_set_url(node, checked ?? "")
                if checked == nil { replace(node, by: CMARK_NODE_EMPH) }
            } else {
                guard let link = replace(node, by: checked == nil ? CMARK_NODE_EMPH : CMARK_NODE_LINK) else { return }
                if let checked { cmark_node_set_url(link, checked) }
            }
            return
        }
        let literal = cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
        if type == CMARK_NODE_HTML_INLINE {
            guard let text = cmark_node_new(CMARK_NODE_TEXT) else { return }
            cmark_node_set_literal(text, literal)
            swap(node, for: text)
        } else {
            guard let paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH), let text = cmark_node_new(CMARK_NODE_TEXT)
            else { return }
            cmark_node_set_literal(text, literal)
            cmark_node_append_child(paragraph, text)
            swap(node, for: paragraph)
        }
    }

    /// Puts another kind of inline node around the same content.
    @discardableResult
    private static func replace(
        _ node: OpaquePointer,
        by type: cmark_node_type
    ) -> OpaquePointer? {
        guard let other = cmark_node_new(type) else { return nil }
        while let child = cmark_node_first_child(node) {
            cmark_node_unlink(child)
            cmark_node_append_child(other, child)
        }
        swap(node, for: other)
        return other
    }

    private static func swap(_ node: OpaquePointer, for other: OpaquePointer) {
        guard cmark_node_insert_before(node, other) == 1 else {
            // The parent refuses the kind: what cannot be made harmless goes.
            cmark_node_free(other)
            cmark_node_unlink(node)
            cmark_node_free(node)
            return
        }
        cmark_node_unlink(node)
        cmark_node_free(node)
    }
}
