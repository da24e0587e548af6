/// Decides when a child is told to end and when it is made to end.
///
/// Pure: the runner performs the actions.
struct ChildSupervision: Sendable {
    enum Event: Sendable {
        case inputWritten
        /// One output stream ended, or the leader is gone and nothing more can be read from it.
        case streamEnded
        /// The timer of ``nextDeadline(lastOutput:)`` fired.
        case deadlinePassed(at: ContinuousClock.Instant, lastOutput: ContinuousClock.Instant)
        case cancelRequested
        /// The time between SIGTERM and SIGKILL is over.
        case graceOver
        case leaderExited
    }

    enum Action: Sendable, Equatable {
        case awaitDeadline(ContinuousClock.Instant)
        case terminate(grace: Duration)
        case kill
        case awaitLeader
        case finish
    }

    private let limits: ChildLimits
    private let start: ContinuousClock.Instant
    private var openStreams = 2
    private(set) var cause: ChildEnding?

    init(limits: ChildLimits, start: ContinuousClock.Instant) {
        self.limits = limits
        self.start = start
    }

    /// The earliest instant at which a limit can be reached if nothing more is printed; `nil` without limits.
    func nextDeadline(lastOutput: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let wallClock = limits.wallClock.map { start.advanced(by: $0) }
        let silence = limits.silence.map { lastOutput.advanced(by: $0) }
        return [wallClock, silence].compactMap(\.self).min()
    }

    mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .inputWritten:
            return []
        case .streamEnded:
            openStreams -= 1
            return openStreams == 0 ? [.awaitLeader] : []
        case .deadlinePassed(let now, let lastOutput):
            guard cause == nil else { return [] }
            if let limit = limits.wallClock, now >= start.advanced(by: limit) {
                return end(.timedOut(after: limit))
            }
            if let limit = limits.silence, now >= lastOutput.advanced(by: limit) {
                return end(.silent(for: limit))
            }
            return nextDeadline(lastOutput: lastOutput).map { [.awaitDeadline($0)] } ?? []
        case .cancelRequested:
            return cause == nil ? end(.cancelled) : []
        case .graceOver:
            return [.kill]
        case .leaderExited:
            return [.finish]
        }
    }

    private mutating func end(_ cause: ChildEnding) -> [Action] {
        self.cause = cause
        return [.terminate(grace: limits.grace)]
    }
}
