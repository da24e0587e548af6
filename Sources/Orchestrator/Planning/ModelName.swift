/// Names of models as people write them.
enum ModelName {
    /// The family named in brackets in a heading: `Agent B (opus): ...`.
    static func bracketed(in title: String) -> String? {
        let words = title.lowercased().split { !$0.isLetter && $0 != "(" && $0 != ")" }
        let families = ["opus", "sonnet", "haiku"]
        return families.first { family in words.contains { $0 == "(\(family))" } }
    }

    /// Lower case for a bare family name (`Sonnet`, `**Opus**`); anything else as written.
    static func normal(_ text: String) -> String {
        let plain = Inline.plain(text).filter { $0 != "\"" && $0 != "'" }
        let trimmed = LineShape.trim(plain)
        return trimmed.allSatisfy(\.isLetter) ? trimmed.lowercased() : trimmed
    }
}
