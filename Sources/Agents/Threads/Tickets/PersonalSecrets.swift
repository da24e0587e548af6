/// Takes out of people's words what must not go into another file: keys and tokens, and passwords beside an address.
enum PersonalSecrets {
    static func mask(_ text: String) -> String {
        let masked = SecretMask.mask(text)
        guard masked.contains("@") else { return masked }
        // `me@example.com hunter2!` names nothing a password, and is one.
        var lines: [String] = []
        for line in masked.split(separator: "\n", omittingEmptySubsequences: false) {
            var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            for index in words.indices where isAddress(words[index]) {
                guard let next = words.indices.dropFirst(index + 1).prefix(3).first(where: { looksSecret(words[$0]) })
                else { continue }
                words[next] = "[secret removed]"
            }
            lines.append(words.joined(separator: " "))
        }
        return lines.joined(separator: "\n")
    }

    private static func isAddress(_ word: String) -> Bool {
        let parts = word.split(separator: "@")
        return parts.count == 2 && parts[1].contains(".")
    }

    private static func looksSecret(_ word: String) -> Bool {
        guard word.count >= 6, !word.contains("@"), !word.contains("/"), !word.contains("://") else { return false }
        let hasDigit = word.contains(where: \.isNumber)
        let hasLetter = word.contains(where: \.isLetter)
        return hasDigit && hasLetter || hasLetter && word.contains { "!#$%^&*+=~".contains($0) }
    }
}
