import RunModel

/// Puts words that agents wrote into Markdown of ours, where they can neither begin a section or a fence, nor hold a
/// secret.
enum PromptText {
    /// On one line, without what Markdown or the reader of task files would take for structure.
    static func line(_ text: String, limit: Int = 600) -> String {
        // Marks at the start would make a heading, a list or a rule.
        String(flat(text, limit: limit).drop { "#>-*+= ".contains($0) })
    }

    /// As ``line(_:limit:)``, for a place where the line does not begin a block.
    private static func flat(_ text: String, limit: Int) -> String {
        var flat = ""
        var isSpace = true
        for character in SecretMask.mask(String(text.prefix(limit * 4))) {
            if character.isWhitespace || character.isNewline {
                if !isSpace { flat.append(" ") }
                isSpace = true
            } else if let scalar = character.unicodeScalars.first, scalar.value < 0x20 || scalar.value == 0x7F {
                continue
            } else {
                flat.append(character)
                isSpace = false
            }
        }
        flat = flat.trimmingSpace
        // Fences, calls and tables are structure to the reader; the same words without it are not.
        for (structure, plain) in [
            ("```", "'''"), ("~~~", "---"), ("\"\"\"", "'''"), ("Task(", "Task ("), ("Agent(", "Agent ("), ("|", "¦"),
            ("<!--", "<! --"),
        ] {
            flat = flat.replacing(structure, with: plain)
        }
        if flat.count > limit { flat = String(flat.prefix(limit)) + "…" }
        return flat
    }

    /// In a code span, for paths and commands.
    static func code(_ text: String, limit: Int = 300) -> String {
        "`" + line(text, limit: limit).replacing("`", with: "'") + "`"
    }

    /// A list, one item per text; empty texts are left out.
    ///
    /// In a fence of its own: the reader of task files takes keys such as `Engine: x` and `Files: y` wherever they stand
    /// in prose, and these are the words of others.
    static func list(_ texts: [String], limit: Int = 600, most: Int = 40) -> String {
        let items = texts.map { line($0, limit: limit) }.filter { !$0.isEmpty }.prefix(most)
        return items.isEmpty ? "" : fence(items.map { "- \($0)" })
    }

    /// The last lines of some output, in a fence.
    static func output(_ text: String, lines: Int = 15) -> String {
        let last = text.split(whereSeparator: \.isNewline).map { flat(String($0), limit: 200) }.filter { !$0.isEmpty }
        return last.isEmpty ? "" : fence(Array(last.suffix(lines)))
    }

    /// Lines that begin with no fence mark, in a fence whose language nothing runs.
    private static func fence(_ lines: [String]) -> String { "```log\n" + lines.map { $0 + "\n" }.joined() + "```\n" }

    /// A cell of a table.
    static func cell(_ text: String, limit: Int = 120) -> String { line(text, limit: limit) }
}
