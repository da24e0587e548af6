/// Says in one short line what a tool call does.
enum ActivityText {
    /// Longest activity in characters.
    static let limit = 120

    /// Keys of a tool's input that say most, best first.
    private static let tellingKeys = [
        "command", "cmd", "file_path", "filePath", "path", "notebook_path", "pattern", "query", "url", "skill",
        "description", "prompt",
    ]

    /// `Bash: npm test`, or only the name when the input holds nothing telling.
    static func toolCall(_ name: String, input: JSONValue?) -> String {
        for key in tellingKeys {
            if let text = input?[key]?.text, let line = firstLine(of: text) { return cut("\(name): \(line)") }
        }
        return cut(name)
    }

    /// The first line with content, cut to the limit; `nil` when there is none.
    static func firstLine(of text: String) -> String? {
        for line in text.split(whereSeparator: \.isNewline) {
            let content = line.trimmingSpaces()
            if !content.isEmpty { return cut(String(content)) }
        }
        return nil
    }

    static func cut(_ text: String, to limit: Int = limit) -> String {
        text.count > limit ? text.prefix(limit - 1) + "…" : text
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    func trimmingSpaces() -> SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
