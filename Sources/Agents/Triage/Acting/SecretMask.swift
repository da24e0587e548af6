import Foundation

/// Takes passwords, keys and tokens out of text before it goes into a file that git tracks.
///
/// Errs on the side of masking: what stands after `password:` or has the shape of a key is gone.
package enum SecretMask {
    static let mark = "[secret removed]"

    /// The text without what looks like secrets.
    package static func mask(_ text: String) -> String {
        guard text.utf8.count < 1 << 20 else { return mark }
        var text = text
        for pattern in shapes { text = text.replacing(pattern) { _ in mark } }
        text = text.replacing(inURL) { match in "\(match.1)\(mark)@" }
        text = text.replacing(assignment) { match in
            // A name of a variable, a placeholder, or a word of prose is no secret.
            isSecret(String(match.3)) ? "\(match.1)\(match.2)\(mark)" : String(match.0)
        }
        return text
    }

    /// Whether masking would take anything out.
    package static func holdsSecret(_ text: String) -> Bool { mask(text) != text }

    // Regular expressions do not change once they are made; their type is not yet marked as sendable.
    nonisolated(unsafe) private static let shapes: [Regex<Substring>] = [
        /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, /\bgh[pousr]_[A-Za-z0-9]{20,}/, /\bgithub_pat_[A-Za-z0-9_]{20,}/,
        /\bglpat-[A-Za-z0-9_\-]{16,}/, /\bxox[abprs]-[A-Za-z0-9\-]{10,}/,
        /\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_\-]{20,}/,
        /\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}/, /\bwhsec_[A-Za-z0-9]{10,}/, /\bAIza[A-Za-z0-9_\-]{30,}/,
        /\beyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}(?:\.[A-Za-z0-9_\-]*)?/, /\bnpm_[A-Za-z0-9]{30,}/,
        /\bSG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}/, /\bsb[ps]_[A-Za-z0-9]{20,}/, /\bhf_[A-Za-z0-9]{20,}/,
        /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/,
        /(?i)\bbearer\s+[A-Za-z0-9._\-]{16,}/,
    ]

    // Immutable, as above.
    nonisolated(unsafe) private static let inURL = /([A-Za-z][A-Za-z0-9+.\-]{1,20}:\/\/[^\s\/:@]*:)[^\s\/@]+@/

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
