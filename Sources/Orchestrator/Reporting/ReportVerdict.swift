import RunModel

/// The run in one word and in one line.
package struct ReportVerdict: Hashable, Sendable, Codable {
    package enum Word: String, Hashable, Sendable, Codable {
        case allLanded = "all_landed"
        case someLanded = "some_landed"
        /// The run went to its end and no work was good enough.
        case nothingLanded = "nothing_landed"
        case cancelled
        /// The run could not go on.
        case failed
    }

    package var word: Word
    package var landed: Int
    package var participants: Int
    /// The line without any markup.
    package var sentence: String
}

extension Report {
    /// The verdict in a line; `quote` marks up names, refs and commits.
    package func verdictSentence(quote: (String) -> String) -> String {
        var parts = [landingClause(quote: quote)]
        if verdict.word == .cancelled, let by = cancelledBy { parts[0] = "Cancelled by \(quote(by)): " + parts[0] }
        if verdict.word == .cancelled, cancelledBy == nil { parts[0] = "Cancelled: " + parts[0] }
        parts += refusalClauses(quote: quote)
        return parts.joined(separator: "; ") + "."
    }

    private func landingClause(quote: (String) -> String) -> String {
        guard let commit = landing.commit, let branch = landing.branch, !landed.isEmpty else {
            let branch = landing.branch.map { "\(quote($0)) is unchanged" } ?? "no branch was changed"
            let opening = verdict.word == .cancelled ? "nothing landed" : "Nothing landed"
            return "\(opening), \(branch)"
        }
        let who =
            if landed.count < participants.count {
                "\(landed.count) of \(participants.count) agents"
            } else if landed.count == 1 { "The only agent" } else { "All \(landed.count) agents" }
        return "\(who) landed on \(quote(branch)) as \(quote(commit.shortCommit))" + pushClause(quote: quote)
    }

    private func pushClause(quote: (String) -> String) -> String {
        guard let push = landing.push else { return ", not pushed" }
        if landing.isPushed { return ", pushed to \(quote(push.remote))" }
        return ", but the push to \(quote(push.remote)) failed: \(quote(push.result.rawValue))"
    }

    private func refusalClauses(quote: (String) -> String) -> [String] {
        let refused = unlanded.filter { $0.result == .refused }
        let groups = Dictionary(grouping: refused) { $0.reason }
        let clauses = refused.map(\.reason).uniqued().compactMap { reason -> String? in
            guard let members = groups[reason] else { return nil }
            let names = members.map(\.id.rawValue).asProse
            let why = reason.map { ": " + quote($0.rawValue) } ?? ""
            return "\(names) \(members.count == 1 ? "was" : "were") refused\(why)"
        }
        let open = unlanded.filter { $0.result != .refused }
        guard !open.isEmpty else { return clauses }
        let names = open.map(\.id.rawValue).asProse
        return clauses + ["\(names) \(open.count == 1 ? "was" : "were") not finished"]
    }
}

extension String {
    /// The first seven digits of a commit id.
    package var shortCommit: String { String(prefix(7)) }
}

extension [String] {
    /// `A`, `A and B`, `A, B and C`.
    package var asProse: String {
        guard count > 1, let last else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " and " + last
    }
}

extension Array where Element: Hashable {
    /// The elements without repetitions, each at its first place.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
