import RunModel

/// Decides which staged findings people are asked about; pure.
///
/// Vague ones and those that are known are rejected, those of one cause become one, and of the rest the gravest few are
/// promoted. Every finding gets a reason; the others wait for the next run.
struct FindingTriage: Sendable {
    enum Fate: Sendable, Hashable {
        case promoted
        case rejected(why: String)
        case merged(into: String)
        /// Good, and others were graver.
        case waiting
    }

    /// Most findings promoted at a time.
    ///
    /// Default 5: what a person can think about in a day.
    var most = 5

    /// One fate for each staged finding, in their order.
    func fates(of staged: [ReviewFinding], known: [ReviewFinding], tickets: [Ticket]) -> [Fate] {
        let knownSubjects = known.map {
            (id: $0.id, words: SubjectWords($0.title, $0.issue), title: SubjectWords($0.title))
        }
        let ticketSubjects = tickets.map { (id: $0.id.rawValue, words: SubjectWords($0.title, $0.issue)) }
        var fates = [Fate](repeating: .waiting, count: staged.count)
        var kept: [(place: Int, finding: ReviewFinding, words: SubjectWords, files: Set<String>)] = []
        // The gravest first, so that what is merged goes into the gravest of its kind.
        let order = staged.enumerated().sorted {
            (Self.rank($0.element.severity), $0.offset) < (Self.rank($1.element.severity), $1.offset)
        }
        for (place, finding) in order {
            let words = SubjectWords(finding.title, finding.issue)
            if let why = vagueness(finding, words) {
                fates[place] = .rejected(why: why)
            } else if let same = knownSubjects.first(where: {
                $0.id.lowercased() == finding.id.lowercased() || Self.isSame($0.words, words)
            }) {
                fates[place] = .rejected(why: "known already as \(same.id)")
            } else if let same = ticketSubjects.first(where: { Self.isSame($0.words, words) }) {
                fates[place] = .rejected(why: "ticket \(same.id) is about it already")
            } else {
                let files = Set(
                    PathMentions.paths(in: "\(finding.location ?? "") \(finding.issue) \(finding.suggestedFix ?? "")")
                )
                if let cause = kept.first(where: {
                    $0.finding.id == finding.id || isOneCause(($0.words, $0.files, $0.finding), (words, files, finding))
                }) {
                    fates[place] = .merged(into: cause.finding.id)
                } else {
                    kept.append((place, finding, words, files))
                }
            }
        }
        for entry in kept.prefix(most) { fates[entry.place] = .promoted }
        return fates
    }

    /// 0 is the gravest.
    static func rank(_ severity: String?) -> Int {
        switch severity ?? "" {
        case "critical", "blocker", "urgent": 0
        case "high", "major": 1
        case "medium", "moderate", "": 2
        case "low", "minor": 3
        default: 4
        }
    }

    private static func isSame(_ one: SubjectWords, _ other: SubjectWords) -> Bool {
        min(one.count, other.count) > 3 && one.likeness(to: other) >= 0.6
    }

    private func isOneCause(
        _ one: (words: SubjectWords, files: Set<String>, finding: ReviewFinding),
        _ other: (words: SubjectWords, files: Set<String>, finding: ReviewFinding)
    ) -> Bool {
        let likeness = one.words.likeness(to: other.words)
        if likeness >= 0.45 { return true }
        // The same files and a good part of the words: one cause seen twice.
        return !one.files.isDisjoint(with: other.files) && likeness >= 0.25
    }

    private func vagueness(_ finding: ReviewFinding, _ words: SubjectWords) -> String? {
        if finding.title.trimmingSpaces().isEmpty { return "it has no title" }
        if finding.issue.trimmingSpaces().count < 30 || words.count < 6 { return "it does not say what is wrong" }
        let isPlaced = !(finding.location ?? "").isEmpty || !PathMentions.paths(in: finding.issue).isEmpty
        if !isPlaced { return "it does not say where" }
        if finding.suggestedFix == nil, finding.options.isEmpty { return "it offers nothing to choose from" }
        return nil
    }
}
