import Foundation

/// Takes passwords, keys and tokens out of text before it goes into a file that git tracks.
///
/// Errs on the side of masking: what stands after `password:` or has the shape of a key is gone.
package enum SecretMask {
    static let mark = "[secret removed]"

    /// The text without what looks like secrets.
    package static func mask(_ text: String) -> String {
        guard text.utf8.count < 1 << 20 else { return mark }
        // Most texts hold none of the letters that a pattern begins with.
        let folded = FoldedBytes(text)
        var text = text
        for shape in shapes where folded.hold(shape.hint) { text = text.replacing(shape.pattern) { _ in mark } }
        if folded.hold("://"), folded.hold("@") { text = text.replacing(inURL) { match in "\(match.1)\(mark)@" } }
        guard folded.hold(oneOf: assigned) else { return text }
        return text.replacing(assignment) { match in
            // A name of a variable, a placeholder, or a word of prose is no secret.
            isSecret(String(match.3)) ? "\(match.1)\(match.2)\(mark)" : String(match.0)
        }
    }

    /// Whether masking would take anything out.
    package static func holdsSecret(_ text: String) -> Bool { mask(text) != text }

    // Regular expressions do not change once they are made; their type is not yet marked as sendable.
    nonisolated(unsafe) private static let shapes: [(hint: StaticString, pattern: Regex<Substring>)] = [
        ("akia", /\bAKIA[A-Z0-9]{16}\b/), ("asia", /\bASIA[A-Z0-9]{16}\b/),
        ("gh", /\bgh[pousr]_[A-Za-z0-9]{20,}/), ("github_pat_", /\bgithub_pat_[A-Za-z0-9_]{20,}/),
        ("glpat-", /\bglpat-[A-Za-z0-9_\-]{16,}/), ("xox", /\bxox[abprs]-[A-Za-z0-9\-]{10,}/),
        ("sk-", /\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_\-]{20,}/),
        ("k_", /\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}/), ("whsec_", /\bwhsec_[A-Za-z0-9]{10,}/),
        ("aiza", /\bAIza[A-Za-z0-9_\-]{30,}/),
        ("eyj", /\beyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}(?:\.[A-Za-z0-9_\-]*)?/),
        ("npm_", /\bnpm_[A-Za-z0-9]{30,}/), ("sg.", /\bSG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}/),
        ("sb", /\bsb[ps]_[A-Za-z0-9]{20,}/), ("hf_", /\bhf_[A-Za-z0-9]{20,}/),
        (
            "private key",
            /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/
        ),
        ("bearer", /(?i)\bbearer\s+[A-Za-z0-9._\-]{16,}/),
    ]

    // Immutable, as above.
    nonisolated(unsafe) private static let inURL = /([A-Za-z][A-Za-z0-9+.\-]{1,20}:\/\/[^\s\/:@]*:)[^\s\/@]+@/

    /// One of these stands in everything that `assignment` matches.
    private static let assigned: [StaticString] = ["pass", "pwd", "secret", "token", "key", "credential"]

    // Immutable, as above.
    nonisolated(unsafe) private static let assignment =
        /(?i)\b((?:[a-z0-9]+[_\- ])*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_\- ]?key|license[_\- ]?key|access[_\- ]?key|private[_\- ]?key|credentials?)(?:"|'|`)?)(\s*(?:=|:|\bis\b)\s*["'`]?)([^\s"'`,;]{4,})/

    private static func isSecret(_ value: String) -> Bool {
        let lower = value.lowercased()
        if [
            "your", "example", "placeholder", "changeme", "xxxx", "redacted", "removed", "<", "$", "{", "process.env",
            "env.", "***", "…",
        ].contains(where: lower.contains) {
            return false
        }
        let hasDigit = value.contains(where: \.isNumber)
        let hasSymbol = value.contains { "!@#$%^&*+/=~".contains($0) }
        let isMixed = value.contains(where: \.isLowercase) && value.contains(where: \.isUppercase)
        // Words of prose have neither; paths and file names have dots and slashes only.
        return value.count >= 6 && (hasDigit || hasSymbol && isMixed)
    }
}
