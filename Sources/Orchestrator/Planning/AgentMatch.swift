/// Matches the ways people write an agent's name.
enum AgentMatch {
    /// The name without `Agent`, emphasis and code marks, in lower case.
    static func key(_ text: String) -> String {
        var view = Substring(Inline.plain(text).lowercased())
        for word in ["agent ", "subagent ", "worker ", "agent-", "builder "] where view.hasPrefix(word) {
            view = view.dropFirst(word.count)
        }
        while let last = view.last, last.isWhitespace || ":.,".contains(last) { view.removeLast() }
        while let first = view.first, first.isWhitespace || first == "#" || first == "@" { view.removeFirst() }
        return String(view)
    }

    static func isSame(_ left: String, _ right: String) -> Bool { key(left) == key(right) }

    /// The one agent a written name stands for: exactly, or by the unique ending (`A` for `T3-A` or `3A`).
    static func find(_ text: String, in ids: [String]) -> String? {
        let wanted = key(text)
        guard !wanted.isEmpty else { return nil }
        if let exact = ids.first(where: { key($0) == wanted }) { return exact }
        let endings = ids.filter { id in
            let candidate = key(id)
            guard candidate.hasSuffix(wanted), candidate.count > wanted.count, wanted.count <= 3 else { return false }
            let before = candidate[candidate.index(candidate.endIndex, offsetBy: -wanted.count - 1)]
            return !(before.isLetter && wanted.first?.isLetter == true)
                && !(before.isNumber && wanted.first?.isNumber == true)
        }
        if endings.count == 1 { return endings[0] }
        let longer = ids.filter { id in
            let candidate = key(id)
            guard wanted.hasSuffix("-" + candidate) || wanted.hasSuffix(" " + candidate) else { return false }
            return wanted.count <= candidate.count + 6
        }
        return longer.count == 1 ? longer[0] : nil
    }

    /// Every agent named in a text, in order, found as whole words: `1A + 1B`, `Agents A, B and C`.
    static func all(in text: String, ids: [String]) -> [String] {
        var found: [String] = []
        for token in tokens(text) {
            if let id = exact(token, ids) ?? (token.count <= 3 && isIDShaped(token) ? find(token, in: ids) : nil) {
                if !found.contains(id) { found.append(id) }
            }
        }
        return found
    }

    /// The agent a line begins with: `B`, `Agent B`, `Merge B first`.
    static func leading(_ text: String, ids: [String]) -> String? {
        let fillers: Set<String> = ["merge", "land", "agent", "then", "first", "finally", "the", "branch", "of"]
        let words = tokens(Inline.plain(String(text.prefix(120)))).drop { fillers.contains($0.lowercased()) }
        return words.first.flatMap { exact($0, ids) }
    }

    /// A single letter must be a capital to be a name: `a` is an article.
    private static func exact(_ token: String, _ ids: [String]) -> String? {
        if let same = ids.first(where: { $0 == token }) { return same }
        guard token.count > 1 || token.allSatisfy(\.isUppercase) else { return nil }
        return ids.first { $0.lowercased() == token.lowercased() }
    }

    private static func isIDShaped(_ token: String) -> Bool {
        token.allSatisfy { $0.isUppercase || $0.isNumber }
    }

    /// Words that may be names: letters, digits, and dashes or dots inside.
    static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var current = ""
        for character in text + " " {
            if character.isLetter || character.isNumber || character == "_"
                || (!current.isEmpty && (character == "-" || character == "."))
            {
                current.append(character)
            } else {
                while let last = current.last, last == "-" || last == "." { current.removeLast() }
                if !current.isEmpty { tokens.append(current) }
                current = ""
            }
        }
        return tokens
    }

    /// The agent in a branch's name or placeholder: `<agent-a-branch>`, `<1A-branch>`, `worktree/agent-T3-B`.
    static func inBranch(_ branch: String, ids: [String]) -> String? {
        let parts = branch.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        var best: (id: String, length: Int)?
        for id in ids {
            let wanted = key(id).split { !$0.isLetter && !$0.isNumber }.map(String.init)
            guard !wanted.isEmpty, wanted.count <= parts.count else { continue }
            let isFound = (0...(parts.count - wanted.count)).contains { Array(parts[$0..<$0 + wanted.count]) == wanted }
            if isFound, wanted.count > best?.length ?? 0 { best = (id, wanted.count) }
        }
        if let best { return best.id }
        for part in parts.reversed() where part.count <= 3 && part != "the" {
            if let id = find(part, in: ids) { return id }
        }
        return nil
    }
}
