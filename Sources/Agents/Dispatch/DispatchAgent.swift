package import Foundation
import RunModel

/// Works the ledger: what people and agents left in it goes on, and a report says what happened.
///
/// Each step reads the files anew and writes them in one piece, so a run that dies is repeated without harm, and people
/// and agents may work in between. Two runs at once are kept apart by the lease `dispatch`, which the caller holds.
package struct DispatchAgent: Sendable {
    package struct Surroundings: Sendable {
        /// What git knows, asked for once by the steps that need it.
        package var gitFacts: @Sendable () async throws -> RepositoryFacts
        /// Answers questions of people; `nil` when no engine is set.
        package var answerer: (any ThreadAnswering)?
        /// Looks at blockers that the rules cannot tell much of; `nil` when no engine is set.
        package var triage: EngineTriage?
        /// Whether a path is a file of the repository, or may become one in a folder that is there.
        package var isFile: @Sendable (String) -> Bool
        /// Whether the reader of task files takes a prompt without an error.
        package var isValidPrompt: @Sendable (String) -> Bool
        package var systemFacts: @Sendable () async -> SystemFacts
        package var now: @Sendable () -> Date

        package init(
            gitFacts: @escaping @Sendable () async throws -> RepositoryFacts,
            answerer: (any ThreadAnswering)? = nil,
            triage: EngineTriage? = nil,
            isFile: @escaping @Sendable (String) -> Bool,
            isValidPrompt: @escaping @Sendable (String) -> Bool = { _ in true },
            systemFacts: @escaping @Sendable () async -> SystemFacts,
            now: @escaping @Sendable () -> Date
        ) {
            self.gitFacts = gitFacts
            self.answerer = answerer
            self.triage = triage
            self.isFile = isFile
            self.isValidPrompt = isValidPrompt
            self.systemFacts = systemFacts
            self.now = now
        }
    }

    package struct Options: Sendable {
        /// Steps to do; all by default.
        package var steps: Set<DispatchStep> = Set(DispatchStep.allCases)
        /// Say what would be done, and write nothing.
        package var isDryRun = false
        /// Most questions an engine is asked in one run; default 20.
        package var mostAnswers = 20

        package init() {}
    }

    private let ledger: LedgerStore
    private let surroundings: Surroundings
    private let options: Options
    private let session: String

    package init(ledger: LedgerStore, session: String, surroundings: Surroundings, options: Options = Options()) {
        self.ledger = ledger
        self.session = session
        self.surroundings = surroundings
        self.options = options
    }

    /// Does the steps in order and writes the report.
    ///
    /// A step that fails is told in the report, and the next one is done.
    ///
    /// - Returns: the report, and the path of its Markdown relative to the repository; `nil` after a dry run.
    package func run() async throws -> (report: DispatchReport, path: String?) {
        let startedAt = surroundings.now()
        var sections: [DispatchSection] = []
        for step in DispatchStep.allCases where options.steps.contains(step) {
            try Task.checkCancellation()
            do {
                sections.append(try await perform(step))
            } catch let error as CancellationError {
                throw error
            } catch {
                sections.append(
                    DispatchSection(
                        step,
                        status: .failed,
                        found: "\(error)",
                        action: "None: the step could not be done.",
                        forPeople: ["Find out why step \(step.rawValue) (\(step.title.lowercased())) failed."]
                    )
                )
            }
        }
        let report = DispatchReport(
            startedAt: startedAt,
            endedAt: surroundings.now(),
            session: session,
            isDryRun: options.isDryRun,
            engine: surroundings.answerer?.name,
            sections: sections
        )
        guard !options.isDryRun else { return (report, nil) }
        let name = DispatchReportRenderer.fileName(report, ending: "md")
        let (markdown, json) = (DispatchReportRenderer.markdown(report), try DispatchReportRenderer.json(report))
        try await ledger.edit { session in
            try session.write(json, to: DispatchReportRenderer.fileName(report, ending: "json"), in: .reports)
            try session.write(markdown, to: name, in: .reports)
        }
        return (report, ledger.locations.path(name, in: .reports))
    }

    private func perform(_ step: DispatchStep) async throws -> DispatchSection {
        let now = surroundings.now()
        switch step {
        case .blockers:
            var settings = BlockerTriageAgent.Options()
            settings.isValidPrompt = surroundings.isValidPrompt
            if let engine = surroundings.triage, !options.isDryRun {
                let doubtful = try await BlockerTriageAgent(ledger: ledger, options: settings).doubtful()
                settings.opinions = try await engine.opinions(on: doubtful)
            }
            let triage = BlockerTriageAgent(ledger: ledger, options: settings, now: surroundings.now)
            let facts = try await surroundings.gitFacts()
            return DispatchSection(try await triage.run(facts: facts, isDryRun: options.isDryRun))
        case .questions:
            let (answers, refusals) = try await answers()
            return try await edit { QuestionStep(now: now, answers: answers, refusals: refusals).perform(on: &$0) }
        case .tickets:
            let isFile = surroundings.isFile
            return try await edit { DecisionStep(now: now, isFile: isFile).perform(on: &$0) }
        case .consistency: return try await edit { ConsistencyStep().perform(on: &$0) }
        case .requeue:
            let isWaiting = try await ledger.read { session in
                var book = try LedgerBook(session)
                return book.readRequeue().contains { $0.entry.status == .waiting }
            }
            let facts = isWaiting ? try await surroundings.gitFacts() : RepositoryFacts()
            let isValidPrompt = surroundings.isValidPrompt
            return try await edit { book in
                RequeueStep(
                    now: now,
                    landedCommit: { facts.landed[$0]?.commit },
                    isBranch: { facts.branches.contains($0) },
                    isValidPrompt: isValidPrompt
                ).perform(on: &book)
            }
        case .health: return try await health(now)
        }
    }

    /// Runs a step on the files; in a dry run on a copy that nobody writes.
    private func edit(_ body: @escaping @Sendable (inout LedgerBook) -> DispatchSection) async throws -> DispatchSection
    {
        if options.isDryRun {
            return try await ledger.read { session in
                var book = try LedgerBook(session)
                return body(&book)
            }
        }
        return try await ledger.edit { session in
            var book = try LedgerBook(session)
            let section = body(&book)
            try book.save(to: session)
            return section
        }
    }

    private func health(_ now: Date) async throws -> DispatchSection {
        let facts = await surroundings.systemFacts()
        let isDryRun = options.isDryRun
        let body: @Sendable (LedgerSession) throws -> DispatchSection = { session in
            var book = try LedgerBook(session)
            let checks = try ReservationCheck.all(session, tickets: book.readTickets().map(\.ticket), now: now)
            if !isDryRun {
                for check in checks where check.state != .held {
                    try session.move(check.name, from: .started, to: .archive(day: LedgerStamp.day(now)))
                }
            }
            let prompts = try PromptRetirement(now: now).sweep(session, isDryRun: isDryRun)
            let queued = try session.names(in: .blocked).count { !$0.hasSuffix(".why.md") }
            // What cannot be read waits for a person as well.
            let inbox =
                try session.names(in: .inbox).count { $0.hasSuffix(".json") }
                - session.inboxFiles().count { $0.item.isDone }
            return HealthStep(now: now, facts: facts).perform(
                on: &book,
                queued: queued,
                inbox: inbox,
                reservations: checks,
                prompts: prompts
            )
        }
        return isDryRun ? try await ledger.read(body) : try await ledger.edit(body)
    }

    /// Asks the engine about the questions that are open, one after the other, without holding the ledger.
    private func answers() async throws -> ([QuestionStep.Answer], [String: String]) {
        guard let answerer = surroundings.answerer else { return ([], [:]) }
        guard !options.isDryRun else { return ([], [:]) }
        let most = options.mostAnswers
        let questions = try await ledger.read { session in
            var book = try LedgerBook(session)
            let findings = Dictionary(book.readFindings().map { ($0.finding.id.lowercased(), $0.finding) }) {
                first,
                _ in first
            }
            let facts = book.threadFacts()
            return book.readThreads().compactMap { thread -> ThreadQuestion? in
                let finding = findings[thread.id.lowercased()]
                guard facts.review(thread, finding).need == .answer else {
                    return nil
                }
                return ThreadQuestion(thread: thread, finding: finding)
            }
        }
        var answers: [QuestionStep.Answer] = []
        var refusals: [String: String] = [:]
        for (index, question) in questions.enumerated() {
            guard index < most else {
                refusals[question.thread.id] = "more than \(most) questions are open"
                continue
            }
            try Task.checkCancellation()
            switch await answerer.answer(question) {
            case .accepted(let text):
                answers.append(QuestionStep.Answer(thread: question.thread.id, question: question.text, text: text))
            case .refused(let why): refusals[question.thread.id] = why
            }
        }
        return (answers, refusals)
    }
}
