package import RunModel

/// What became of one blocker.
package struct TriageOutcome: Hashable, Sendable {
    package var file: String
    package var ticket: TicketID?
    package var blockerClass: BlockerClass
    package var confidence: Double
    package var needsHuman: Bool
    package var action: TriageAction
    package var evidence: [String]
    /// Sentences: what was done, in order.
    package var done: [String] = []
    /// Paths of files that were made or changed for it, relative to the repository.
    package var paths: [String] = []
    package var findings: [Finding]
    /// It holds what another blocker held before; nothing was made for it.
    package var isRepeated = false
    /// What made triage leave it where it is; `nil` when it was dealt with.
    package var failure: String?

    init(_ past: PastBlocker) {
        file = past.name
        ticket = past.reading.ticket
        blockerClass = past.blockerClass
        let verdict = past.reading.verdict
        (confidence, needsHuman, action) = (verdict.confidence, verdict.needsHuman, verdict.action)
        (evidence, findings) = (verdict.evidence, verdict.findings)
    }
}

/// Everything one pass of triage did, or would do.
package struct TriageResult: Hashable, Sendable {
    package var outcomes: [TriageOutcome]
    /// Complaints about the ledger's own files.
    package var findings: [Finding] = []
    /// Path of the report, relative to the repository; `nil` when none was written.
    package var report: String?
    package var isDryRun: Bool
}
