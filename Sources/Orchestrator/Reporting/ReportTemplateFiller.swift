import RunModel

/// Fills the blanks that people leave in report templates: `[PASS/FAIL]`, `[N]`, `[commit hash]`.
///
/// A blank is filled only from a fact of the run. What the run did not measure becomes `n/a` with a note, and the word
/// `COMPLETE` stays only where everything landed.
package struct ReportTemplateFiller {
    private let report: Report
    private var notes: [String] = []

    private init(report: Report) {
        self.report = report
    }

    /// The template filled from the report's facts.
    package static func fill(_ template: String, from report: Report) -> FilledTemplate {
        var filler = ReportTemplateFiller(report: report)
        let lines = template.split(separator: "\n", omittingEmptySubsequences: false).map { filler.fill(line: $0) }
        return FilledTemplate(text: lines.joined(separator: "\n"), notes: filler.notes.uniqued())
    }

    private mutating func fill(line: Substring) -> String {
        var line = String(line)
        line = fillResult(line)
        line = fillCommit(line)
        line = fillCounts(line)
        return correctCompletion(line)
    }

    /// `[PASS/FAIL]`, from the agent the line names or from the verify commands.
    private mutating func fillResult(_ line: String) -> String {
        guard let range = line.firstRange(of: /\[PASS ?\/ ?FAIL\]/.ignoresCase()) else { return line }
        let before = line[..<range.lowerBound]
        let word: String
        if let agent = Self.agent(named: before, in: report.agents) {
            word = agent.templateWord
        } else if before.contains(/verif|validat|merged tree|full (test )?suite/.ignoresCase()),
            let isVerified = report.verification.isLandedCommitVerified
        {
            word = isVerified ? "PASS" : "FAIL"
        } else {
            word = "n/a"
            notes.append("'\(before.trimmed)' names no agent of this run")
        }
        return line.replacingCharacters(in: range, with: word)
    }

    /// `[commit hash]`; on a line about pushing only a pushed commit counts.
    private mutating func fillCommit(_ line: String) -> String {
        guard let range = line.firstRange(of: /[\[<](commit|commit hash|hash|sha|commit sha)[\]>]/.ignoresCase()) else {
            return line
        }
        let landing = report.landing
        let word: String
        switch landing.commit?.shortCommit {
        case nil: word = "none, nothing landed"
        case let commit? where landing.isPushed || !line.contains(/push/.ignoresCase()): word = commit
        case let commit?: word = "not pushed, landed locally as \(commit)"
        }
        return line.replacingCharacters(in: range, with: word)
    }

    /// `[N]`, `[N new]`, `[N/5]`, and `X/4 PASS`.
    private mutating func fillCounts(_ line: String) -> String {
        var line = line
        if let range = line.firstRange(of: /\bX(?=\/[0-9]+ PASS)/) {
            line = line.replacingCharacters(in: range, with: "\(report.landed.count)")
        }
        while let match = line.firstMatch(of: /\[N(?:[ \/+][^\]]*)?\]/) {
            let label = line[..<match.range.lowerBound].trimmed
            let context = line.replacingCharacters(in: match.range, with: "")
            let count = measuredCount(context: context)
            if count == nil { notes.append("'\(label.isEmpty ? line.trimmed : label)' was not measured by this run") }
            line = line.replacingCharacters(in: match.range, with: count.map(String.init) ?? "n/a")
        }
        return line
    }

    /// A count this run knows, by what the line speaks of; `nil` for everything else.
    private func measuredCount(context: String) -> Int? {
        let landed = report.landed.compactMap(\.statistics)
        if context.contains(/\bagents?\b/.ignoresCase()) { return report.landed.count }
        if context.contains(/\bconflicts?\b/.ignoresCase()) { return report.merges.map(\.conflicts.count).reduce(0, +) }
        if context.contains(/\bcommits?\b/.ignoresCase()) { return landed.map(\.commits).reduce(0, +) }
        if context.contains(/\b(insertions?|lines added)\b/.ignoresCase()) {
            return landed.map(\.insertions).reduce(0, +)
        }
        if context.contains(/\b(deletions?|lines removed)\b/.ignoresCase()) {
            return landed.map(\.deletions).reduce(0, +)
        }
        if context.contains(/\bfiles? (changed|touched)\b|\bchanged files\b/.ignoresCase()) {
            return landed.map(\.files).reduce(0, +)
        }
        return nil
    }

    /// A template claims completion; the run decides whether that is true.
    private mutating func correctCompletion(_ line: String) -> String {
        guard report.verdict.word != .allLanded, let range = line.firstRange(of: /\bCOMPLETED?\b/) else { return line }
        let (landed, all) = (report.landed.count, report.participants.count)
        notes.append("the template says COMPLETE, but \(landed) of \(all) agents landed")
        return line.replacingCharacters(in: range, with: "NOT COMPLETE (\(landed) of \(all))")
    }

    /// The agent a template line is about: by its id at the start, else by its title.
    static func agent(named text: Substring, in agents: [AgentReport]) -> AgentReport? {
        let words = text.wordsForMatching
        let longestFirst = agents.sorted { $0.id.rawValue.count > $1.id.rawValue.count }
        let bare = words.first == "agent" ? Array(words.dropFirst()) : words
        let byID = longestFirst.first { agent in
            let id = Substring(agent.id.rawValue).wordsForMatching
            return !id.isEmpty && bare.starts(with: id)
        }
        if let byID { return byID }
        let byTitle = agents.filter { agent in
            let title = Set(Substring(agent.title).wordsForMatching)
            return !bare.isEmpty && !title.isEmpty && (title.isSuperset(of: bare) || Set(bare).isSuperset(of: title))
        }
        return byTitle.count == 1 ? byTitle.first : nil
    }
}

extension AgentReport {
    fileprivate var templateWord: String {
        switch result {
        case .landed: "PASS"
        case .refused: "FAIL" + (reason.map { " (\($0.rawValue))" } ?? "")
        case .cancelled: "FAIL (cancelled)"
        case .unfinished: "FAIL (not finished)"
        case .notSelected: "n/a (not selected)"
        }
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace || "-*:>".contains(first) { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace || ":".contains(last) { text = text.dropLast() }
        return String(text)
    }

    /// Lower-case words of letters and digits.
    fileprivate var wordsForMatching: [String] {
        lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }
}
