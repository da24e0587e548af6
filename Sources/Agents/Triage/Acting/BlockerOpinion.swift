import RunModel

/// What an engine makes of a blocker that the rules could not tell much of.
package struct BlockerOpinion: Hashable, Sendable {
    /// The engine's name.
    package var engine: String
    package var blockerClass: BlockerClass
    /// From 0 to 1: how sure it says it is.
    package var confidence: Double
    package var needsHuman: Bool
    /// The words, files and commits it rests on.
    package var evidence: String
    /// The one thing to do.
    package var next: String

    /// Reads the five lines that the prompt asks for; what stands around them does not count.
    ///
    /// - Returns: the opinion, or what is missing from it.
    static func read(_ text: String, engine: String) -> Result<BlockerOpinion, Unusable> {
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let key = parts[0].lowercased().filter { $0.isLetter || $0 == " " }
            // The last one counts: thoughts may come before the answer.
            fields[String(key.trimmingSpaces())] = String(parts[1].trimmingSpaces())
        }
        guard let named = fields["class"] else { return .failure(Unusable(why: "the answer named no class")) }
        let folded = named.lowercased().filter { $0.isLetter || $0 == "_" }
        guard let blockerClass = BlockerClass(rawValue: folded) else {
            return .failure(Unusable(why: "the answer named the class '\(named.prefix(60))', which is none"))
        }
        guard let sure = fields["sure"]?.firstMatch(of: /[0-9]{1,3}/).flatMap({ Int($0.output) }), sure <= 100 else {
            return .failure(Unusable(why: "the answer did not say how sure it is"))
        }
        guard let evidence = fields["evidence"], evidence.count > 3 else {
            return .failure(Unusable(why: "the answer gave no evidence"))
        }
        let person = fields["needs a person"]?.lowercased() ?? ""
        return .success(
            BlockerOpinion(
                engine: engine,
                blockerClass: blockerClass,
                confidence: Double(sure) / 100,
                needsHuman: person.hasPrefix("yes"),
                evidence: evidence,
                next: fields["next"] ?? ""
            )
        )
    }

    struct Unusable: Error, Hashable {
        var why: String
    }
}

extension PastBlocker {
    /// Below this the rules found little; an engine may be asked.
    package static let doubtful = 0.65
    /// From this on an engine's opinion decides over doubtful rules.
    private static let deciding = 0.7

    /// Whether the rules found too little to be sure.
    package var isDoubtful: Bool { reading.verdict.confidence < Self.doubtful && blockerClass != .unreadable }

    /// Takes an engine's opinion into account.
    ///
    /// It becomes part of the evidence. It decides where the rules are in doubt and the engine is not, and only between
    /// classes that give somebody work: that there is nothing to do is for git, a log or a person to say.
    mutating func consider(_ opinion: BlockerOpinion) {
        let percent = Int((opinion.confidence * 100).rounded())
        let words = PromptText.line(opinion.evidence, limit: 160)
        var verdict = reading.verdict
        verdict.evidence.append(
            "engine '\(opinion.engine)': \(opinion.blockerClass.inWords), \(percent) % sure: \(words)"
        )
        if isDoubtful, opinion.confidence >= Self.deciding, opinion.blockerClass.family != .bookkeeping {
            verdict.blockerClass = opinion.blockerClass
            verdict.confidence = min(0.75, opinion.confidence)
            verdict.needsHuman = opinion.needsHuman || opinion.blockerClass.family == .person
            verdict.chooseAction(for: reading.body, person: opinion.needsHuman, causes: [:])
        }
        reading.verdict = verdict
    }
}
