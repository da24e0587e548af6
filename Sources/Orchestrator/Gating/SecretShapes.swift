import RunModel

/// Finds text in the shape of well-known keys on added lines.
///
/// What it found is never repeated in full.
enum SecretShapes {
    struct Match: Hashable, Sendable {
        var line: Int
        /// What the shape belongs to: `GitHub token`.
        var name: String
        /// The first characters and the length, for example `ghp_… (40 characters)`.
        var masked: String
    }

    /// A key: a fixed start, then characters of one alphabet.
    private struct Shape: Sendable {
        var name: String
        var start: [UInt8]
        var length: ClosedRange<Int>
        var alphabet: Alphabet

        init(_ name: String, _ start: String, _ length: ClosedRange<Int>, _ alphabet: Alphabet = .word) {
            self.name = name
            self.start = Array(start.utf8)
            self.length = length
            self.alphabet = alphabet
        }
    }

    private enum Alphabet: Sendable {
        /// `A-Z0-9`.
        case upper
        case alphanumeric
        /// `A-Za-z0-9_-`.
        case word

        func contains(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "a")...UInt8(ascii: "z"): self != .upper
            case UInt8(ascii: "_"), UInt8(ascii: "-"): self == .word
            default: false
            }
        }
    }

    private static let shapes: [Shape] = [
        Shape("AWS access key", "AKIA", 16...16, .upper), Shape("AWS access key", "ASIA", 16...16, .upper),
        Shape("GitHub token", "ghp_", 36...251, .alphanumeric), Shape("GitHub token", "gho_", 36...251, .alphanumeric),
        Shape("GitHub token", "ghu_", 36...251, .alphanumeric), Shape("GitHub token", "ghs_", 36...251, .alphanumeric),
        Shape("GitHub token", "ghr_", 36...251, .alphanumeric), Shape("GitHub token", "github_pat_", 40...251),
        Shape("GitLab token", "glpat-", 20...200), Shape("Slack token", "xoxb-", 20...200),
        Shape("Slack token", "xoxp-", 20...200), Shape("Slack token", "xoxa-", 20...200),
        Shape("Slack token", "xoxr-", 20...200), Shape("Slack token", "xoxs-", 20...200),
        Shape("Anthropic key", "sk-ant-", 32...300), Shape("OpenAI key", "sk-proj-", 32...300),
        Shape("OpenAI key", "sk-svcacct-", 32...300), Shape("OpenAI key", "sk-", 40...60, .alphanumeric),
        Shape("Google API key", "AIza", 35...35), Shape("Google OAuth secret", "GOCSPX-", 28...28),
        Shape("Stripe key", "sk_live_", 20...200, .alphanumeric),
        Shape("Stripe key", "rk_live_", 20...200, .alphanumeric),
        Shape("npm token", "npm_", 36...36, .alphanumeric), Shape("PyPI token", "pypi-AgEI", 50...300),
        Shape("Hugging Face token", "hf_", 34...40, .alphanumeric), Shape("DigitalOcean token", "dop_v1_", 64...64),
        Shape("Docker token", "dckr_pat_", 20...100), Shape("Shopify token", "shpat_", 32...32, .alphanumeric),
    ]

    static func findings(_ change: FileChange, isBlocking: Bool) -> [Finding] {
        guard change.isText, change.kind != .deleted else { return [] }
        let lines = TextLines(change.new)
        var matches: [Match] = []
        for range in change.addedLines {
            for number in range where number >= 1 && number <= lines.count {
                matches += Self.matches(in: lines[number], line: number)
            }
        }
        return matches.map { match in
            Finding(
                isBlocking ? .error : .warning,
                "secret",
                "Line \(match.line) of '\(change.display)' holds what looks like a secret: \(match.name) \(match.masked).",
                file: change.display,
                line: match.line,
                hint: "Take it out of the commits and revoke it; keep secrets in the environment."
            )
        }
    }

    static func matches(in line: ArraySlice<UInt8>, line number: Int) -> [Match] {
        var matches: [Match] = []
        var index = line.startIndex
        while index < line.endIndex {
            if index == line.startIndex || !Alphabet.word.contains(line[index - 1]),
                let (shape, length) = shape(at: line[index...])
            {
                let start = String(decoding: shape.start, as: UTF8.self)
                matches.append(Match(line: number, name: shape.name, masked: "\(start)… (\(length) characters)"))
                index += length
            } else {
                index += 1
            }
        }
        if isPrivateKey(line) {
            matches.append(Match(line: number, name: "private key", masked: "-----BEGIN …"))
        }
        return matches
    }

    private static func shape(at text: ArraySlice<UInt8>) -> (Shape, length: Int)? {
        for shape in shapes where text.starts(with: shape.start) {
            let body = text.dropFirst(shape.start.count).prefix { shape.alphabet.contains($0) }
            guard shape.length.contains(body.count), isRandom(body) else { continue }
            return (shape, shape.start.count + body.count)
        }
        return nil
    }

    /// Placeholders repeat themselves or say what they are: `xxxxxxxx`, `EXAMPLE`.
    private static func isRandom(_ body: ArraySlice<UInt8>) -> Bool {
        guard Set(body).count >= 8 else { return false }
        let text = String(decoding: body, as: UTF8.self).lowercased()
        return !["example", "placeholder", "your", "dummy", "changeme", "redacted", "abcdefghij"].contains {
            text.contains($0)
        }
    }

    private static func isPrivateKey(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.count >= 20 else { return false }
        let text = String(decoding: line, as: UTF8.self)
        guard let range = text.firstRange(of: "-----BEGIN ") else { return false }
        return text[range.upperBound...].hasPrefix("PRIVATE KEY-----")
            || ["RSA", "EC", "DSA", "OPENSSH", "ENCRYPTED"].contains {
                text[range.upperBound...].hasPrefix("\($0) PRIVATE KEY-----")
            }
    }
}
