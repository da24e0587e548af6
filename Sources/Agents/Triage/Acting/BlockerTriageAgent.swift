package import Foundation
import RunModel

/// Reads the blockers that wait, decides what each is, and makes of it what lets the work go on.
///
/// Idempotent: what is made of a blocker bears its content's key, and a pass that was cut off anywhere is finished by the
/// next one. One pass at a time changes the ledger, whatever process or machine it runs on.
package struct BlockerTriageAgent: Sendable {
    package struct Options: Sendable {
        /// From which attempt with the same failure on a person is told; default 3.
        package var escalateFrom = 3
        /// Blockers taken in one pass, the first by name; default 10,000.
        package var mostBlockers = 10_000
        /// Whether the reader of task files takes a prompt without an error; by default all are taken.
        ///
        /// One that is not taken is written without the words of others.
        package var isValidPrompt: @Sendable (String) -> Bool = { _ in true }
        /// What an engine makes of doubtful blockers; none by default.
        package var opinions = EngineTriage.Opinions()
        /// Whether the report is written; default `true`.
        package var isReporting = true

        package init() {}

        func text(of prompt: WorkPrompt) -> String {
            let text = prompt.markdown()
            return isValidPrompt(text) ? text : prompt.markdown(isBare: true)
        }
    }

    private let ledger: LedgerStore
    private let options: Options
    private let now: @Sendable () -> Date

    package init(ledger: LedgerStore, options: Options = Options(), now: @escaping @Sendable () -> Date = { Date() }) {
        self.ledger = ledger
        self.options = options
        self.now = now
    }

    /// Goes through all waiting blockers once.
    ///
    /// - Parameters:
    ///   - facts: what git knows; gathered by the caller, because agents do not read repositories.
    ///   - isDryRun: decides everything and changes nothing.
    /// - Returns: what became of each blocker; blockers that cannot be read at all are named with the reason.
    /// - Throws: `AgentsError` when a data file is broken or the ledger is busy; nothing is lost then, do it again.
    package func run(facts: RepositoryFacts = RepositoryFacts(), isDryRun: Bool = false) async throws -> TriageResult {
        let (options, time) = (options, now())
        let pass: @Sendable (LedgerSession) throws -> TriageResult = { session in
            try Self.pass(session, facts: facts, options: options, now: time, isDryRun: isDryRun)
        }
        return isDryRun ? try await ledger.read(pass) : try await ledger.edit(pass)
    }

    /// Waiting blockers that the rules cannot tell much of, the first by name; changes nothing.
    package func doubtful() async throws -> [PastBlocker] {
        let most = options.mostBlockers
        return try await ledger.read { session in
            try Self.waiting(in: session).prefix(most).compactMap { name in
                // What cannot be read is told by the pass itself.
                guard let bytes = try? session.read(name, in: .blocked) else { return nil }
                let blocker = PastBlocker(name: name, bytes: bytes)
                return blocker.isDoubtful ? blocker : nil
            }
        }
    }

    /// Names of the waiting blockers; pages that say why a file was put away are none.
    private static func waiting(in session: LedgerSession) throws -> [String] {
        try session.names(in: .blocked).filter { !$0.hasSuffix(".why.md") }
    }

    private static func pass(
        _ session: LedgerSession,
        facts: RepositoryFacts,
        options: Options,
        now: Date,
        isDryRun: Bool
    ) throws -> TriageResult {
        var result = TriageResult(outcomes: [], isDryRun: isDryRun)
        result.findings = options.opinions.findings
        let names = try waiting(in: session)
        if names.count > options.mostBlockers {
            result.findings.append(
                Finding(
                    .warning,
                    "blockers-left",
                    "\(names.count) blockers wait; this pass takes \(options.mostBlockers).",
                    hint: "Run it again."
                )
            )
        }
        guard !names.isEmpty else { return result }
        let snapshot = try TriageSnapshot(session, facts: facts)
        var blockers: [PastBlocker] = []
        for name in names.prefix(options.mostBlockers) {
            do {
                guard let bytes = try session.read(name, in: .blocked) else { continue }
                let first = PastBlocker(name: name, bytes: bytes)
                let files =
                    first.blockerClass == .ciFailure
                    ? first.reading.ticket.flatMap { snapshot.ticket($0)?.ticket.filesToModify } ?? [] : []
                var blocker = files.isEmpty ? first : PastBlocker(name: name, bytes: bytes, ticketFiles: files)
                if let opinion = options.opinions.given[blocker.key] { blocker.consider(opinion) }
                blockers.append(blocker)
            } catch let error as AgentsError {
                result.findings.append(Finding(.warning, "blocker-unread", error.message, file: name, hint: error.hint))
            }
        }
        var planner = TriagePlanner(snapshot, session: session, options: options, now: now)
        try planner.take(blockers)
        result.outcomes = planner.outcomes
        if isDryRun { return result }
        try planner.plan.apply(planner.snapshot, with: session, at: now)
        if options.isReporting, !result.outcomes.isEmpty {
            let name = "triage-report-\(LedgerStamp.fileName(now)).md"
            result.report = session.locations.path(name, in: .reports)
            try session.write(
                TriageReport(result, now: now, locations: session.locations).markdown,
                to: name,
                in: .reports
            )
        }
        return result
    }
}
