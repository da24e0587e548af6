/// Inline Markdown: code spans and emphasis.
enum Inline {
    /// The text without emphasis marks, code marks and link targets.
    static func plain(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x2A || $0 == 0x60 || $0 == 0x5B || $0 == 0x5F }) else { return text }
        var result = text.replacing("**", with: "").replacing("__", with: "").replacing("`", with: "")
        if result.hasPrefix("*"), result.hasSuffix("*"), result.count > 2 {
            result = String(result.dropFirst().dropLast())
        }
        return LineShape.trim(result)
    }

    /// The contents of code spans in order, each with the characters before it.
    static func codeSpans(_ text: String) -> [(text: String, column: Int)] {
        guard text.utf8.contains(0x60) else { return [] }
        var spans: [(text: String, column: Int)] = []
        var content: String?
        var start = 0
        var position = 0
        for character in text {
            if character == "`" {
                if let open = content {
                    let trimmed = LineShape.trim(open)
                    if !trimmed.isEmpty { spans.append((trimmed, start)) }
                    content = nil
                } else {
                    content = ""
                    start = position + 1
                }
            } else {
                content?.append(character)
            }
            position += 1
        }
        return spans
    }

    /// The lower-case words of a text, punctuation and emphasis dropped, joined by single spaces.
    static func words(_ text: String) -> String {
        var result = ""
        for character in text.lowercased() {
            if character == "'" || character == "’" { continue }
            if character.isLetter || character.isNumber {
                result.append(character)
            } else if !result.isEmpty, result.last != " " {
                result.append(" ")
            }
        }
        return result.last == " " ? String(result.dropLast()) : result
    }

    /// Whether whole words of `text`, as ``words(_:)`` gives them, are the phrase.
    static func hasWords(_ text: String, _ phrase: String) -> Bool {
        let found: Bool? = text.utf8.withContiguousStorageIfAvailable { text in
            phrase.utf8.withContiguousStorageIfAvailable { phrase in
                guard let first = phrase.first, phrase.count <= text.count else { return false }
                var start = 0
                while start + phrase.count <= text.count {
                    let end = start + phrase.count
                    if text[start] == first, start == 0 || text[start - 1] == 0x20,
                        end == text.count || text[end] == 0x20,
                        text[start..<end].elementsEqual(phrase)
                    {
                        return true
                    }
                    start += 1
                }
                return false
            } ?? false
        }
        return found ?? (" " + text + " ").contains(" " + phrase + " ")
    }

    /// A line that is nothing but bold text, for example `**READ ONLY:**`: its text without the marks.
    ///
    /// Emoji may stand before it.
    static func boldLine(_ line: String) -> String? {
        let text = line.drop { $0.isSymbol && !$0.isASCII || $0 == " " }
        guard text.hasPrefix("**") || text.hasPrefix("__"), text.utf8.count < 200 else { return nil }
        let mark = String(text.prefix(2))
        var body = text
        while let last = body.last, last == ":" || last == " " { body.removeLast() }
        guard body.count > 4, body.hasSuffix(mark) else { return nil }
        let inner = body.dropFirst(2).dropLast(2)
        return inner.contains(mark) ? nil : LineShape.trim(inner)
    }
}
