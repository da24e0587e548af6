/// The branch the work starts from, when a line names it instead of a `git checkout`.
extension TaskFileReader {
    mutating func readBase(_ section: Section) {
        guard result.base == nil else { return }
        if let text = section.inlineText { result.base = Self.base(in: section.title + ": " + text) }
        for index in section.blocks where result.base == nil {
            let block = document.blocks[index]
            switch block.kind {
            case .text, .item, .quote: result.base = Self.base(in: block.text)
            case .table(let table): result.base = Self.base(in: table)
            default: break
            }
        }
    }

    private static let keys: Set<String> = [
        "base", "base branch", "branch from", "start", "start from", "branched from",
    ]
    /// What stands before the branch in a sentence, behind which `the branch` may follow.
    private static let leads = [
        "base is", "base branch is", "start from", "starts from", "started from", "made from", "created from",
        "branch from", "branched from", "cut from", "worktrees from", "worktree from", "worktrees of", "worktree of",
    ]

    /// `Base: main`, alone or among other fields between bars, or a sentence such as: Worktrees are made from `main`.
    private static func base(in text: String) -> String? {
        let lower = text.lowercased()
        let signals = ["base", "start", "from", "worktree"]
        guard lower.utf8.count < 1_000, signals.contains(where: { lower.contains($0) }) else { return nil }
        for field in text.split(separator: "|") {
            guard let colon = field.firstIndex(of: ":") else { continue }
            if let branch = base(of: String(field[..<colon]), field[field.index(after: colon)...]) { return branch }
        }
        for span in Inline.codeSpans(text) {
            let before = String(text.prefix(span.column - 1).suffix(60))
            var words = Inline.words(before.split(separator: ". ").last.map(String.init) ?? "")
            guard isBranch(span.text, isSaid: isSaid(words)) else { continue }
            for filler in [" the branch", " branch", " the"] where words.hasSuffix(filler) {
                words = String(words.dropLast(filler.count))
            }
            if leads.contains(where: { words == $0 || words.hasSuffix(" " + $0) }) { return span.text }
        }
        guard let range = lower.firstRange(of: "base branch is "), lower.utf8.count == text.utf8.count else {
            return nil
        }
        let length = lower.utf8.distance(from: lower.startIndex, to: range.upperBound)
        // A bare word may be a verb: `the base branch is chosen`.
        return firstBranch(Substring(text.utf8.dropFirst(length)), isSaid: false)
    }

    /// The branch behind a key such as `Base`.
    private static func base(of title: String, _ value: Substring) -> String? {
        let key = Inline.words(title)
        return keys.contains(key) ? firstBranch(value, isSaid: isSaid(key)) : nil
    }

    /// The words leave no doubt that a branch is meant.
    private static func isSaid(_ words: String) -> Bool { words.contains("branch") || words.contains("worktree") }

    /// A row of a table of facts: `| Base branch | main |`.
    private static func base(in table: Table) -> String? {
        for row in [table.header] + table.rows where row.cells.count == 2 {
            if let branch = base(of: row.cells[0].text, row.cells[1].text[...]) { return branch }
        }
        return nil
    }

    private static func firstBranch(_ text: Substring, isSaid: Bool) -> String? {
        if let span = Inline.codeSpans(String(text)).first {
            let step = ShellCommands.words(ShellCommands.steps(span.text).first ?? "")
            if step.count > 2, step[0] == "git", step[1] == "checkout" || step[1] == "switch" {
                return isBranch(step[2], isSaid: true) ? step[2] : nil
            }
            return isBranch(span.text, isSaid: isSaid) ? span.text : nil
        }
        let plain = LineShape.trim(Inline.plain(String(text)))
        let word = plain.prefix { !$0.isWhitespace && !",;()".contains($0) }
        let isEnd = word.last == "."
        let rest = plain.dropFirst(word.count).drop(while: \.isWhitespace)
        // A phrase is no branch: `Base: whatever is green`.
        guard isEnd || rest.first.map({ !$0.isLetter && !$0.isNumber }) ?? true else { return nil }
        let name = String(isEnd ? word.dropLast() : word)
        return isBranch(name, isSaid: isSaid) ? name : nil
    }

    private static let trunks: Set<String> = [
        "main", "master", "trunk", "develop", "dev", "next", "staging", "production", "stable", "mainline",
    ]

    /// A name of a branch; a base may also be a colour or a price, so without a word for it only usual names count.
    private static func isBranch(_ name: String, isSaid: Bool) -> Bool {
        guard isSaid || name.contains("/") || trunks.contains(name) else { return false }
        guard let first = name.utf8.first, name.utf8.count < 100, !PathShape.isPath(name, isCode: false) else {
            return false
        }
        let isLetter = (0x61...0x7A).contains(first | 0x20)
        let voids = ["none", "tbd", "any", "unknown"]
        return isLetter && !voids.contains(name.lowercased()) && !name.hasSuffix("/")
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-_./".utf8.contains(byte)
            }
    }
}
