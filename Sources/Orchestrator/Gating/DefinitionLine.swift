/// Tells whether a line of source defines a name rather than uses it.
enum DefinitionLine {
    /// Words that stand right before the name a definition introduces, over the common languages.
    private static let keywords: Set<String> = [
        "def", "class", "func", "function", "fn", "fun", "sub", "proc", "method", "module", "struct", "enum", "union",
        "interface", "protocol", "extension", "actor", "trait", "impl", "type", "typealias", "object", "record",
        "namespace", "const", "let", "var", "val", "static", "macro_rules!", "defmodule", "defp", "mod", "procedure",
        "function*",
    ]

    /// Words that show a call or a statement where a definition without keyword could stand.
    private static let statements: Set<String> = [
        "return", "new", "await", "yield", "throw", "throws", "raise", "if", "while", "for", "switch", "match", "case",
        "else", "guard", "in", "is", "as", "import", "from", "and", "or", "not", "delete", "typeof", "try", "print",
    ]

    static func defines(_ name: String, _ line: String) -> Bool {
        guard line.contains(name) else { return false }
        for range in line.ranges(of: name) {
            let before = line[..<range.lowerBound]
            let after = line[range.upperBound...]
            guard !(before.last.map(isWord) ?? false), !(after.first.map(isWord) ?? false) else { continue }
            if isDefinition(before: before, after: after, line: line) { return true }
        }
        return false
    }

    private static func isDefinition(before: Substring, after: Substring, line: String) -> Bool {
        let head = before.trimmingSpaces
        let tail = after.trimmingSpaces
        guard !["//", "#", "*", "--"].contains(where: { head.hasPrefix($0) }) else { return false }
        let last = head.split { $0 == " " || $0 == "\t" }.last.map(String.init) ?? ""
        if keywords.contains(last) { return true }
        // Go: `func (r *Receiver) name(`; Ruby: `def self.name`; Rust: `impl<T> Name`, `impl Trait for Name`.
        if head.hasPrefix("func ("), head.hasSuffix(")") { return true }
        if head.hasSuffix("def self.") { return true }
        if head.hasPrefix("impl"), last == "for" || head.hasSuffix(">") { return true }
        // JavaScript: `name = function`, `name: function`, `name = async (x) =>`, `exports.name = `.
        if tail.hasPrefix("=") || tail.hasPrefix(":"), tail.contains("function") || tail.contains("=>") {
            return head.isEmpty || head.hasSuffix("exports.") || head.hasSuffix("prototype.")
        }
        // A module-level assignment in Python and the like.
        if head.isEmpty, before.isEmpty, tail.hasPrefix("="), !tail.hasPrefix("==") { return true }
        return isBareFunction(head: head, tail: tail)
    }

    /// C, Java, and JavaScript methods: only types and modifiers before the name, a bracket after it, no statement end.
    private static func isBareFunction(head: Substring, tail: Substring) -> Bool {
        guard tail.hasPrefix("(") || tail.hasPrefix("<") else { return false }
        let opensBody = tail.hasSuffix("{") || tail.hasSuffix("}") && tail.contains("{")
        guard opensBody || tail.hasSuffix(")") || tail.hasSuffix(",") || tail.hasSuffix("(") else {
            return false
        }
        guard !head.contains(where: { ".(=!?+/|;,\"'".contains($0) }) else { return false }
        let words = head.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard !words.contains(where: statements.contains) else { return false }
        // Without a type or modifier in front only the opened body tells a definition from a call.
        return !words.isEmpty || opensBody
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "$"
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text.drop { $0.isWhitespace }
    }
}
