package import Foundation
import Git
package import RunModel

/// Drives runs: starts them, takes them up again after any end of the process, and cancels them.
///
/// It decides nothing itself: ``RunStep`` says from the journal what comes next, and a stage per step does it. Cancelling
/// the calling task interrupts the run at once: agents are ended with their grace period, the journal stays, and
/// ``resume(_:)`` continues from there. A cancel *request* ends the run for good, with a report.
package struct RunCoordinator: Sendable {
    private let environment: RunEnvironment
    private let stores: RunStores
    private let onProgress: @Sendable (RunProgress) -> Void

    package init(
        environment: RunEnvironment,
        stores: RunStores,
        onProgress: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) {
        self.environment = environment
        self.stores = stores
        self.onProgress = onProgress
    }

    /// Begins a run of the plan and drives it until it ends or is interrupted.
    ///
    /// - Throws: `OrchestratorError` when the environment does not allow it; nothing was created then but the journal.
    package func start(_ plan: Plan, options: RunOptions = RunOptions()) async throws -> RunSummary {
        let plan = plan.restricted(to: options.only)
        guard !plan.assignments.isEmpty else { throw OrchestratorError.noAgents(options.only) }
        let run = RunID.make(label: plan.label ?? plan.title, now: environment.now(), random: .random(in: 0...0xffff))
        let folder = RunFolder(state: environment.state, run: run)
        try makeFolder(folder.path)
        let ownership = try RunOwnership(folder)
        defer { ownership.release() }
        let active = try activate(folder, plan: plan, options: options)
        try active.note(
            .runCreated(
                RunCreated(
                    run: run,
                    program: environment.program,
                    repository: environment.repository,
                    taskFile: plan.file,
                    plan: plan,
                    options: options
                )
            )
        )
        try await active.enter(.planned)
        return try await drive(active)
    }

    /// Continues a run that was interrupted or killed.
    ///
    /// - `budget`: limits on the whole run to hold from now on in place of those it was started with; `nil` keeps them.
    package func resume(_ run: RunID, budget: RunBudget? = nil) async throws -> RunSummary {
        let store = RunStore(state: environment.state)
        let folder = store.folder(run)
        let ownership = try RunOwnership(folder)
        defer { ownership.release() }
        let record = try store.load(run)
        guard let created = record.created else { throw OrchestratorError.runNotFound(run.rawValue, known: []) }
        if let finished = record.finished {
            throw OrchestratorError.runHasEnded(run.rawValue, state: finished.state.rawValue)
        }
        var options = created.options
        options.budget.runTokens = budget?.runTokens ?? options.budget.runTokens
        options.budget.runCost = budget?.runCost ?? options.budget.runCost
        let active = try activate(folder, plan: created.plan, options: options)
        // Facts of before the interruption, so that displays show the whole run.
        for entry in try Journal.load(folder.journal).entries { active.tell(.fact(entry)) }
        try await Leftovers(active).settle()
        return try await drive(active)
    }

    /// Ends a run for good: through its driving process when one lives, else here.
    ///
    /// - Returns: the summary when the run was ended here, `nil` when its process was asked to.
    package func cancel(_ run: RunID) async throws -> RunSummary? {
        let store = RunStore(state: environment.state)
        try store.requestCancel(run, by: environment.user)
        if store.isActive(run) { return nil }
        return try await resume(run)
    }

    private func activate(_ folder: RunFolder, plan: Plan, options: RunOptions) throws -> ActiveRun {
        ActiveRun(
            environment: environment,
            stores: stores,
            folder: folder,
            journal: try Journal.open(folder.journal, now: environment.now),
            plan: plan,
            options: options,
            onProgress: onProgress
        )
    }

    private func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try StateFolder.prepare(environment.state)
        } catch {
            throw OrchestratorError.journalUnusable(path: path, why: "\(error.localizedDescription)")
        }
    }

    /// Takes steps until there is none, watching for a cancel request.
    private func drive(_ active: ActiveRun) async throws -> RunSummary {
        do {
            try await reserving(active) {
                // A request that is there already must not find any agent started first.
                try takeCancelRequest(active)
                while !(try await isEnded(active)) {
                    try Task.checkCancellation()
                    try takeCancelRequest(active)
                }
            }
        } catch  where error is CancellationError || Task.isCancelled {
            // What else fails on the way out, such as a command that was ended, follows from the interruption.
            await active.journal.sync()
            return RunSummary(
                run: active.run,
                exitStatus: 130,
                report: active.record.report?.markdown,
                record: active.record
            )
        } catch {
            // Git, the journal and the agents each have their own words for a full disk.
            let isTold = (error as? OrchestratorError)?.code == .diskFull
            guard !isTold, let full = active.room.failure(behind: Self.words(error), run: active.run.rawValue) else {
                throw error
            }
            throw full
        }
        let record = active.record
        return RunSummary(
            run: active.run,
            exitStatus: record.finished?.exitStatus ?? 3,
            report: record.report?.markdown,
            record: record
        )
    }

    /// Runs the body while the run has the files of its agents to itself, or as much to itself as it can get.
    private func reserving(_ active: ActiveRun, _ body: @Sendable () async throws -> Void) async throws {
        guard let reservations = stores.reservations else { return try await body() }
        // What has its base already gains nothing by waiting.
        let isBegun = active.record.preflight != nil
        let cancelRequest = active.folder.cancelRequest
        let isCancelled: @Sendable () -> Bool = { FileManager.default.fileExists(atPath: cancelRequest) }
        try await reservations.hold(
            active.plan,
            for: active.run,
            isPatient: { !isBegun && !isCancelled() },
            waiting: { try active.note($0.waiting) },
            body: { conflicts in
                if !isCancelled() {
                    for conflict in conflicts { try active.note(conflict.finding) }
                }
                try await body()
            }
        )
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as OrchestratorError: error.message
        case let error as GitError: error.message
        case let error as ReportingError: error.message
        default: "\(error)"
        }
    }

    /// Steps until the run ends (`true`) or a cancel request stops the work (`false`).
    private func isEnded(_ active: ActiveRun) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                while let step = RunStep.next(after: active.record) {
                    try Task.checkCancellation()
                    try await perform(step, in: active)
                }
                return true
            }
            if active.record.cancellation == nil {
                group.addTask {
                    while !FileManager.default.fileExists(atPath: active.folder.cancelRequest) {
                        try await environment.clock.sleep(for: .milliseconds(250))
                    }
                    return false
                }
            }
            defer { group.cancelAll() }
            let isEnded = try await group.next() ?? true
            group.cancelAll()
            // The work is waited for: its agents need their grace period.
            if !isEnded { while let _ = try? await group.next() {} }
            return isEnded
        }
    }

    private func takeCancelRequest(_ active: ActiveRun) throws {
        guard active.record.cancellation == nil, active.record.finished == nil,
            let data = FileManager.default.contents(atPath: active.folder.cancelRequest)
        else { return }
        try active.note(.cancelRequested(CancelRequested(by: String(decoding: data, as: UTF8.self))))
    }

    private func perform(_ step: RunStep, in active: ActiveRun) async throws {
        switch step {
        case .prepare: try await PreparingStage(active).perform()
        case .work(let wave): try await WorkingStage(active, wave: wave).perform()
        case .settle(let wave): try await SettlingStage(active).settle(wave: wave)
        case .rebuild(let rebase): try await SettlingStage(active).rebuild(rebase)
        case .land: try await LandingStage(active).perform()
        case .publish: try await PublishingStage(active).perform()
        case .report: try await ReportingStage(active).perform()
        case .finish: try await FinishingStage(active).perform()
        }
    }
}

extension RunID {
    /// Makes an identifier from the time, a short form of the label and a random number below 65,536.
    package static func make(label: String, now: Date, random: UInt16) -> RunID {
        let stamp = now.formatted(
            Date.VerbatimFormatStyle(
                format:
                    "\(year: .defaultDigits)\(month: .twoDigits)\(day: .twoDigits)-\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)",
                locale: Locale(identifier: "en_US_POSIX"),
                timeZone: .gmt,
                calendar: Calendar(identifier: .gregorian)
            )
        )
        let words = AgentID(label).slug.split(separator: "-", omittingEmptySubsequences: true)
        let short = words.prefix(4).joined(separator: "-").prefix(24)
        let suffix = String(random, radix: 16)
        return RunID("\(stamp)-\(short)-\(String(repeating: "0", count: 4 - suffix.count))\(suffix)")
    }

    /// The stamp: day and minute.
    var minute: Substring { rawValue.prefix(13) }
}

extension Plan {
    /// The plan with only those agents; all of them when the list is empty.
    ///
    /// Dependencies on agents that are left out are dropped: their work is taken as landed already.
    package func restricted(to only: [AgentID]) -> Plan {
        guard !only.isEmpty else { return self }
        let kept = Set(only)
        var plan = self
        plan.assignments = assignments.filter { kept.contains($0.id) }.map { assignment in
            var assignment = assignment
            assignment.dependsOn.removeAll { !kept.contains($0) }
            return assignment
        }
        plan.mergeOrder = mergeOrder.filter(kept.contains)
        plan.waves = waves.map { Wave($0.agents.filter(kept.contains)) }.filter { !$0.agents.isEmpty }
        return plan
    }
}

extension OrchestratorError {
    static func noAgents(_ only: [AgentID]) -> OrchestratorError {
        OrchestratorError(
            .noAgents,
            only.isEmpty
                ? "The plan has no agent to run."
                : "None of the agents \(only.map { "'\($0)'" }.joined(separator: ", ")) is in the task file.",
            hint: "'switchyard plan FILE' lists the agents there are."
        )
    }
}
