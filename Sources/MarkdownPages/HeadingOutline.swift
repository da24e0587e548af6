/// Gives the headings of rendered HTML names that links can lead to.
///
/// The renderer escapes all text, so `<h2>` in its output is always a heading.
struct HeadingOutline {
    struct Entry: Hashable {
        var level: Int
        var id: String
        /// Without tags; still escaped.
        var text: String
    }

    private let html: String
    private(set) var entries: [Entry] = []

    init(html: String) {
        self.html = html
    }

    /// The HTML with its headings named; fills ``entries``.
    mutating func marked() -> String {
        var result = ""
        var rest = html[...]
        var taken: Set<String> = []
        while let open = rest.firstRange(of: "<h") {
            guard open.upperBound < rest.endIndex, let level = rest[open.upperBound].wholeNumberValue,
                let close = closing(level, in: rest, from: open)
            else {
                // `<hr />` begins like a heading.
                result += rest[..<open.upperBound]
                rest = rest[open.upperBound...]
                continue
            }
            let content = rest[close.content]
            let text = Self.withoutTags(content)
            var id = Self.slug(text)
            var number = 2
            while !taken.insert(id).inserted {
                id = "\(Self.slug(text))-\(number)"
                number += 1
            }
            entries.append(Entry(level: level, id: id, text: text))
            result += rest[..<open.lowerBound] + "<h\(level) id=\"\(id)\">" + content + "</h\(level)>"
            rest = rest[close.end...]
        }
        return result + rest
    }

    private func closing(
        _ level: Int,
        in text: Substring,
        from open: Range<String.Index>
    ) -> (content: Range<String.Index>, end: String.Index)? {
        let start = text.index(open.upperBound, offsetBy: 1)
        guard (1...6).contains(level), start < text.endIndex, text[start] == ">" else { return nil }
        let content = text.index(after: start)
        guard let end = text[content...].firstRange(of: "</h\(level)>") else { return nil }
        return (content..<end.lowerBound, end.upperBound)
    }

    private static func withoutTags(_ html: Substring) -> String {
        var text = ""
        var isInTag = false
        for character in html {
            if character == "<" {
                isInTag = true
            } else if character == ">" {
                isInTag = false
            } else if !isInTag {
                text.append(character)
            }
        }
        return text
    }

    private static func slug(_ text: String) -> String {
        var slug = ""
        for character in text.lowercased() {
            if character.isASCII, character.isLetter || character.isNumber {
                slug.append(character)
            } else if slug.last != "-" {
                slug += "-"
            }
        }
        while slug.hasSuffix("-") { slug.removeLast() }
        while slug.hasPrefix("-") { slug.removeFirst() }
        return slug.isEmpty ? "section" : String(slug.prefix(60))
    }
}
