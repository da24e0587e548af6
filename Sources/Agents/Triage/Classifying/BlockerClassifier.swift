import Foundation
import RunModel

/// Decides what a blocker is, from its text and its file's name alone.
///
/// The evidence in the order of its weight: what the body says must be done and by whom, `dispatch_action`, the label,
/// what the text says has happened, the file's name. Facts stand above all of it: a file that cannot be read, work that
/// had landed, a log that contradicts the label.
package struct BlockerClassifier: Sendable {
    let name: BlockerFileName
    let body: BlockerBody
    let shape: BlockerText.Shape
    let log: LogReading
    /// The log is what commands printed, and not the summary for want of it.
    let hasOutput: Bool
    private var evidence: [String] = []

    // What each kind of evidence says.
    let label: BlockerClass?
    let wanted: WantedAction?
    let demands: [BlockerClass: Double]
    let causes: [BlockerClass: Double]
    /// Whether a person must act, as the text says it; `nil` when it says nothing.
    let person: Bool?

    /// Reads and decides; never fails.
    ///
    /// - Parameters:
    ///   - bytes: the file's content.
    ///   - fileName: its name, with or without folders.
    ///   - ticketFiles: the files the ticket is about, where the ledger knows them.
    /// - Returns: what the blocker says and what it is.
    package static func classify(_ bytes: [UInt8], fileName: String, ticketFiles: [String] = []) -> BlockerReading {
        let text = BlockerText(bytes)
        let name = BlockerFileName(fileName)
        var body = BlockerBody(text.value)
        body.findings = text.findings + body.findings
        if let own = body.ticket, let other = name.ticket, own.base != other {
            body.findings.append(
                Finding(.warning, "blocker-ticket", "The file's name speaks of \(other), its content of \(own).")
            )
        }
        body.ticket = body.ticket ?? name.ticket ?? TicketID.first(in: body.summary.joined(separator: "\n"))
        if body.ticket == nil {
            body.findings.append(Finding(.warning, "blocker-without-ticket", "No ticket is named."))
        }
        body.date = body.date ?? name.date
        body.scopeFiles += body.scopeFiles.isEmpty ? ticketFiles : []
        var classifier = BlockerClassifier(text: text, name: name, body: body)
        return BlockerReading(fileName: fileName, body: body, verdict: classifier.decide())
    }

    private init(text: BlockerText, name: BlockerFileName, body: BlockerBody) {
        self.name = name
        self.body = body
        shape = text.shape
        let evidence = body.failures.compactMap(\.evidence)
        hasOutput = !body.logs.isEmpty || !evidence.isEmpty
        // Scripts that found no output to keep put their last words into the summary.
        log = LogReading(!body.logs.isEmpty ? body.logs : evidence.isEmpty ? body.summary : evidence)
        label =
            body.labels.lazy.compactMap(LabelTable.blockerClass).first
            ?? body.shortReasons.lazy.compactMap(LabelTable.blockerClass).first
        wanted = body.actions.lazy.compactMap { WantedAction($0) }.first
        demands = Self.sum([(DemandPhrases.table.hits(in: body.resolution.joined(separator: "\n")), 1)])
        let shortLogs = body.logs.filter { $0.count < 400 }
        causes = Self.sum([
            (CausePhrases.table.hits(in: body.summary.joined(separator: "\n")), 1),
            (CausePhrases.table.hits(in: body.failures.map(\.text).joined(separator: "\n")), 0.6),
            (CausePhrases.table.hits(in: (body.details + shortLogs).joined(separator: "\n")), 0.4),
            (CausePhrases.table.hits(in: body.failures.compactMap(\.category).joined(separator: "\n")), 0.6),
        ])
        person = Self.personSaid(body)
    }

    private static func sum(
        _ parts: [(hits: [PhraseTable<BlockerClass>.Hit], factor: Double)]
    ) -> [BlockerClass: Double] {
        var scores: [BlockerClass: Double] = [:]
        for (hits, factor) in parts {
            for hit in hits { scores[hit.meaning, default: 0] += (hit.isNegated ? -0.7 : 1) * hit.weight * factor }
        }
        return scores
    }

    /// What the flags and the sentences say about a person; a denial counts as much as a demand.
    private static func personSaid(_ body: BlockerBody) -> Bool? {
        var score = 0.0
        for hit in DemandPhrases.person.hits(in: body.resolution.joined(separator: "\n")) {
            score += hit.isNegated ? -1 : 1
        }
        for hit in DemandPhrases.person.hits(in: body.summary.joined(separator: "\n"))
        where hit.weight == DemandPhrases.strong {
            score += hit.isNegated ? -1 : 1
        }
        if let flag = body.personFlag { score += flag ? 3 : -3 }
        return score > 0 ? true : score < 0 ? false : nil
    }

    // MARK: Deciding

    private mutating func decide() -> TriageVerdict {
        if let verdict = unreadable() ?? notStarted() ?? landedBefore() ?? contradicted() { return verdict }
        let found = blockerClass()
        return verdict(found.class, needsHuman: found.needsHuman, confidence: found.confidence)
    }

    private typealias Found = (class: BlockerClass, needsHuman: Bool, confidence: Double)

    private mutating func blockerClass() -> Found {
        noteSignals()
        let demanded = best(demands, among: nil, least: 3)
        let personDemand = best(demands, among: .person, least: 3)
        if wanted == .person || (person == true && wanted != .tooling && wanted != .continuation)
            || (person == true && personDemand != nil && wanted != .tooling)
        {
            return forPerson()
        }
        if wanted == .clarification { return forClarification() }
        if wanted == .tooling || (label == .missingTooling && wanted != .continuation) {
            return (.missingTooling, false, label == .missingTooling ? 0.97 : 0.85)
        }
        // What is wanted is a tool for checking, whatever the label calls its absence.
        if let tool = demands[.missingTooling], tool >= 4.5, tool > (personDemand?.score ?? 0) + 1, person != true,
            label == nil || label?.family == .person
        {
            return (.missingTooling, false, 0.75)
        }
        // The text asks for something that no change of the code can give.
        if let personDemand, outweighsCode(personDemand.score),
            label?.family != .continuation || isBeyondCode(personDemand.class)
        {
            return (refined(personDemand.class), true, 0.8)
        }
        if wanted == .continuation {
            if let special = specialContinuation { return (special, false, 0.85) }
            if let label, label.family == .continuation { return (continuation(label), false, 0.97) }
            if let label, label.family == .person, demanded.map({ $0.class.family == .person }) ?? isCaused(by: label) {
                return (label, true, 0.6)
            }
            let cause = best(causes, among: .continuation, least: 3)?.class ?? .qaFailure
            return (
                continuation(
                    nameClass?.family == .continuation ? nameClass ?? cause : label == nil ? cause : .qaFailure
                ), false, 0.7
            )
        }
        if let label { return (label, label.family == .person, agreement(with: label)) }
        return guessed()
    }

    /// A person is asked for: of the classes that mean so, the one that the label, the demand or the cause names.
    private func forPerson() -> Found {
        let demand = best(demands, among: .person, least: 4.5)
        if let label, label.family == .person {
            // What is asked for in so many words says more than a label that nothing in it repeats.
            if let demand, (demands[label] ?? 0) <= 0, demand.class != label { return (demand.class, true, 0.7) }
            return (label, true, agreement(with: label))
        }
        let both = demands.merging(causes) { $0 + $1 * 0.7 }
        if let found = best(both, among: .person, least: 3) { return (found.class, true, 0.75) }
        if let name = nameClass, name.family == .person, !isNameVague { return (name, true, 0.7) }
        if label == .missingTooling { return (.missingTooling, true, 0.7) }
        if let label { return (continuation(label), true, 0.65) }
        if let name = nameClass { return (name, true, 0.6) }
        return (.clarification, true, 0.5)
    }

    private func forClarification() -> Found {
        if label == .specificationError || label == .clarification { return (label ?? .clarification, true, 0.95) }
        let isWrong =
            (causes[.specificationError] ?? 0) >= 3
            || (demands[.specificationError] ?? 0) > (demands[.clarification] ?? 0)
        return (isWrong ? .specificationError : .clarification, true, 0.8)
    }

    /// No label says anything: what has happened, then the file's name, decides.
    private func guessed() -> Found {
        var scores = causes
        for (found, score) in demands { scores[found, default: 0] += score * 0.8 }
        if let name = nameClass { scores[name, default: 0] += isNameVague ? 1 : 1.5 }
        if !body.failures.isEmpty { scores[.qaFailure, default: 0] += 1 }
        scores[.unreadable] = nil
        guard let found = best(scores, among: nil, least: 1) else {
            return body.failures.isEmpty ? (.clarification, true, 0.3) : (.qaFailure, false, 0.4)
        }
        return (continuation(found.class), found.class.family == .person, 0.6)
    }

    // MARK: Saying why

    private mutating func noteSignals() {
        if person == true { note("text", "a person must act") }
        if person == false { note("text", "no person is needed") }
        if let found = best(demands, among: nil, least: 1.5) {
            note("recommendation", "\(found.class.inWords): \(quote(of: body.resolution))")
        }
        if wanted != nil { note("dispatch_action", body.actions.joined(separator: ", ")) }
        if let label { note("label", "\(body.labels.joined(separator: ", ")) (\(label.inWords))") }
        if let found = best(causes, among: nil, least: 1.5) {
            note("text", "\(found.class.inWords): \(quote(of: body.summary))")
        }
        if let nameClass { note("file name", nameClass.inWords) }
    }

    mutating func note(_ place: String, _ what: String) {
        let what = what.trimmingSpace
        if !what.isEmpty { evidence.append("\(place): \(what.prefix(200))") }
    }

    func quote(of texts: [String]) -> String {
        String((texts.first { !$0.isEmpty } ?? "").replacing("\n", with: " ").prefix(140))
    }

    func quote(of meaning: BlockerClass, in texts: [String]) -> String {
        quote(of: texts.filter { text in CausePhrases.table.hits(in: text).contains { $0.meaning == meaning } })
    }

    func verdict(_ found: BlockerClass, needsHuman: Bool, confidence: Double) -> TriageVerdict {
        var verdict = TriageVerdict(
            blockerClass: found,
            confidence: (confidence * 100).rounded() / 100,
            needsHuman: needsHuman,
            action: .continuation,
            evidence: evidence,
            findings: body.findings
        )
        verdict.chooseAction(for: body, person: person, causes: causes)
        return verdict
    }
}
