/// Names and texts as PostgreSQL keeps them, which knows no NUL in text.
///
/// NUL becomes U+0001 U+0001, and U+0001 becomes U+0001 U+0002; everything else stays. No two texts become the same,
/// the order of bytes is kept, and a prefix stays a prefix.
enum StoredText {
    static func encode(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 <= 1 }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0: result.append(contentsOf: "\u{1}\u{1}".unicodeScalars)
            case 1: result.append(contentsOf: "\u{1}\u{2}".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// The text that was encoded; what another program wrote with lone U+0001 is read as it is.
    static func decode(_ text: String) -> String {
        guard text.utf8.contains(1) else { return text }
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                isEscaped = false
                switch scalar.value {
                case 1: result.append("\u{0}")
                case 2: result.append("\u{1}")
                default: result.append(contentsOf: ["\u{1}", scalar])
                }
            } else if scalar.value == 1 {
                isEscaped = true
            } else {
                result.append(scalar)
            }
        }
        if isEscaped { result.append("\u{1}") }
        return String(result)
    }
}
