import Locking

/// Keeps parts of the program running: starts them in order, starts them again when they end, and gives up loudly when
/// they end too often.
package final class Supervisor: Sendable {
    package struct Options: Hashable, Sendable {
        /// Restarts within `period` that are allowed; the next one escalates.
        ///
        /// Default 10.
        package var restartLimit = 10
        /// See `restartLimit`.
        ///
        /// Default 60 seconds.
        package var period: Duration = .seconds(60)
        /// Wait before a restart, by the number of restarts within the period.
        ///
        /// Default 50 milliseconds, doubled up to 5 seconds.
        package var backoff = Backoff.exponential(base: .milliseconds(50), cap: .seconds(5))
        /// Time for one child to end after it was asked to; then it is cancelled.
        ///
        /// Default 10 seconds.
        package var gracePeriod: Duration = .seconds(10)
        /// Time for a cancelled child to end; then it is left behind.
        ///
        /// Default 5 seconds.
        package var cancelPeriod: Duration = .seconds(5)

        package init() {}
    }

    /// A part that is kept running.
    package struct Child: Sendable {
        package let name: String
        package let policy: RestartPolicy
        let run: @Sendable () async throws -> Void
        let shutDown: (@Sendable () async -> Void)?

        /// - Parameters:
        ///   - name: in logs, metrics and reports.
        ///   - policy: whether it is started again.
        ///   - shutDown: asks it to end by itself; without it, it is cancelled at once.
        ///   - run: what it does, until it ends.
        package init(
            _ name: String,
            policy: RestartPolicy = .permanent,
            shutDown: (@Sendable () async -> Void)? = nil,
            run: @escaping @Sendable () async throws -> Void
        ) {
            self.name = name
            self.policy = policy
            self.shutDown = shutDown
            self.run = run
        }
    }

    /// Why a supervisor gave up.
    package struct Escalation: Error, Hashable, Sendable, CustomStringConvertible {
        /// The ends that used up the budget, oldest first.
        package let history: [ChildExit]

        package var description: String {
            let last = history.last.map { ", at last '\($0.child)'" } ?? ""
            return "Supervised parts ended \(history.count) times within the allowed period\(last)."
        }
    }

    private enum Event: Sendable {
        case exited(SupervisorMachine.Start, failure: String?)
        case restart
        case shutDown
        /// A child did not end in time after it was asked to.
        case overdue(SupervisorMachine.Start)
        /// A child did not end in time after it was cancelled.
        case abandoned(SupervisorMachine.Start)
    }

    private let children: [Child]
    private let strategy: RestartStrategy
    private let options: Options
    private let clock: any Clock<Duration>
    private let storeClock: StoreClock
    private let telemetry: Telemetry
    private let events: AsyncStream<Event>
    private let inbox: AsyncStream<Event>.Continuation

    /// - Parameters:
    ///   - children: started in this order and ended in the reverse one; their names must differ.
    ///   - strategy: what happens to the others when one is started again.
    ///   - options: budget and times.
    ///   - clock: waits.
    ///   - storeClock: dates the ends of children.
    ///   - telemetry: hears of restarts and escalations.
    package init(
        children: [Child],
        strategy: RestartStrategy = .oneForOne,
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock(),
        storeClock: StoreClock = .system,
        telemetry: Telemetry = .none
    ) {
        self.children = children
        self.strategy = strategy
        self.options = options
        self.clock = clock
        self.storeClock = storeClock
        self.telemetry = telemetry
        // Bounded by itself: at most a few events per child wait.
        (events, inbox) = AsyncStream.makeStream()
    }

    /// Asks ``run()`` to end all children in order and return.
    package func shutDown() { inbox.yield(.shutDown) }

    /// Runs the children until all have ended for good; call once.
    ///
    /// When the task is cancelled the children are ended in order, as by ``shutDown()``; that takes no longer than the
    /// grace and cancel periods of all children together.
    ///
    /// - Throws: `Escalation` when the restart budget is used up; the children have ended then.
    package func run() async throws {
        let machine = SupervisorMachine(
            children: children.map { ($0.name, $0.policy) },
            strategy: strategy,
            options: options
        )
        // A task of its own, awaited here: cancelling the caller ends the children in order, not all at once.
        let driving = Task { await drive(machine) }
        let escalation = await withTaskCancellationHandler {
            await driving.value
        } onCancel: {
            shutDown()
        }
        if let escalation { throw escalation }
    }

    private func drive(_ initial: SupervisorMachine) async -> Escalation? {
        var machine = initial
        var tasks: [SupervisorMachine.Start: Task<Void, Never>] = [:]
        var timers: [SupervisorMachine.Start: Task<Void, Never>] = [:]
        var waits: Task<Void, Never>?
        var escalation: Escalation?
        func perform(_ actions: [SupervisorMachine.Action]) {
            for action in actions {
                switch action {
                case .start(let start): tasks[start] = launch(start)
                case .stop(let start): timers[start] = stop(start, tasks[start])
                case .wait(let microseconds): waits = later(.microseconds(microseconds), .restart)
                case .escalate(let history):
                    escalation = Escalation(history: history)
                    telemetry.count(Metric.supervisorEscalations)
                    telemetry.log(TelemetryEvent.supervisorEscalated, ["restarts": String(history.count)])
                case .finish: inbox.finish()
                }
            }
        }
        perform(machine.begin())
        for await event in events {
            let now = storeClock.now.microseconds
            switch event {
            case .exited(let start, let failure):
                tasks[start] = nil
                timers.removeValue(forKey: start)?.cancel()
                perform(machine.exited(start, failure: failure, at: now))
            case .restart: perform(machine.restart(at: now))
            case .shutDown: perform(machine.shutDown())
            case .overdue(let start):
                tasks[start]?.cancel()
                if tasks[start] != nil { timers[start] = later(options.cancelPeriod, .abandoned(start)) }
            case .abandoned(let start):
                tasks[start] = nil
                perform(machine.exited(start, failure: "it did not end when it was cancelled", at: now))
            }
        }
        waits?.cancel()
        for timer in timers.values { timer.cancel() }
        return escalation
    }

    private func launch(_ start: SupervisorMachine.Start) -> Task<Void, Never> {
        let child = children[start.child]
        if start.generation > 1 {
            telemetry.count(Metric.supervisorRestarts, child.name)
            telemetry.log(TelemetryEvent.childRestarted, ["child": child.name])
        }
        let inbox = inbox
        // Owned by `drive`, which waits for its end or leaves it behind after it was cancelled, and says so.
        return Task {
            do {
                try await child.run()
                inbox.yield(.exited(start, failure: nil))
            } catch {
                inbox.yield(.exited(start, failure: (error as? ServicesError)?.message ?? "\(type(of: error))"))
            }
        }
    }

    /// Asks the child to end, and sees to it that it does.
    private func stop(_ start: SupervisorMachine.Start, _ task: Task<Void, Never>?) -> Task<Void, Never> {
        guard let shutDown = children[start.child].shutDown else {
            task?.cancel()
            return later(options.cancelPeriod, .abandoned(start))
        }
        // Ends with the request; whether the child heeds it is the timer's matter.
        Task { await shutDown() }
        return later(options.gracePeriod, .overdue(start))
    }

    private func later(_ delay: Duration, _ event: Event) -> Task<Void, Never> {
        let (clock, inbox) = (clock, inbox)
        // Owned by `drive`, which cancels it when its time is not needed any more.
        return Task {
            if (try? await clock.sleep(for: delay)) != nil { inbox.yield(event) }
        }
    }
}
