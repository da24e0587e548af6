import Locking

/// Stops calling what keeps failing, and tries again later.
///
/// The closed path takes two short locks and no memory. See ``BreakerMachine`` for what it decides.
package final class CircuitBreaker: Sendable {
    package let name: String
    private let machine: Lock<BreakerMachine>
    private let clock: StoreClock
    private let telemetry: Telemetry
    private let rejections: TelemetryCounter
    /// Whether it matters how long a call takes.
    private let isTiming: Bool

    /// - Parameters:
    ///   - name: what is called, such as `rate_limit_store`; a label of its metrics.
    ///   - options: when it opens and closes.
    ///   - clock: times calls and waits; the coarse one is right to about 10 milliseconds.
    ///   - telemetry: hears of changes and refusals.
    package init(
        name: String,
        options: Options = Options(),
        clock: StoreClock = .coarse,
        telemetry: Telemetry = .none
    ) {
        self.name = name
        self.clock = clock
        self.telemetry = telemetry
        isTiming = options.slowCallDuration != nil
        machine = Lock(BreakerMachine(options: options))
        rejections = telemetry.counter(Metric.breakerRejections, name)
    }

    package var state: BreakerState { machine.withLock { $0.state } }

    /// Lets a call pass, which must then be ``record(_:_:duration:)``ed, or refuses it with `nil`.
    package func admit() -> BreakerPermit? {
        let (permit, transition) = machine.withLock { machine in
            machine.admit(at: machine.needsTime ? clock.now.microseconds : 0)
        }
        if let transition { tell(transition) }
        if permit == nil { rejections.increment() }
        return permit
    }

    /// Counts what came of a call that was let through.
    package func record(_ permit: BreakerPermit, _ result: BreakerResult, duration: Duration = .zero) {
        let now = clock.now.microseconds
        let length = duration == .zero ? 0 : duration.wholeMicroseconds
        let transition = machine.withLock { $0.record(permit, result, duration: length, at: now) }
        if let transition { tell(transition) }
    }

    /// Makes the call if it may pass.
    ///
    /// - Parameters:
    ///   - result: what a thrown error says about the other side; by default a cancelled or wrong request says nothing,
    ///     and anything else is a failure.
    ///   - body: the call.
    /// - Returns: what the call returned.
    /// - Throws: what the call threw, or `ServicesError` with the code `storeUnavailable` when it was refused.
    package func run<Value>(
        result: (any Error) -> BreakerResult = CircuitBreaker.result(of:),
        _ body: () async throws -> Value
    ) async throws -> Value {
        guard let permit = admit() else { throw ServicesError.breakerOpen(name, retryAfter: retryAfter) }
        let start = isTiming ? clock.now : nil
        do {
            let value = try await body()
            record(permit, .succeeded, duration: start.map { clock.now - $0 } ?? .zero)
            return value
        } catch {
            record(permit, result(error), duration: start.map { clock.now - $0 } ?? .zero)
            throw error
        }
    }

    /// Until a refused call may pass; `nil` while somebody holds the breaker open.
    package var retryAfter: Duration? {
        let now = clock.now.microseconds
        return machine.withLock { $0.retryAfter(at: now) }.map { .microseconds($0) }
    }

    /// Holds the breaker open or closed, or with `nil` lets it decide again, beginning closed.
    package func force(_ state: BreakerState?) {
        let transition = machine.withLock { $0.force(state) }
        if let transition { tell(transition) }
    }

    /// What an error says about the side that was called.
    package static func result(of error: any Error) -> BreakerResult {
        if error is CancellationError { return .ignored }
        switch (error as? ServicesError)?.code {
        case .cancelled, .invalidRequest: return .ignored
        default: return .failed
        }
    }

    private func tell(_ transition: BreakerTransition) {
        telemetry.count(Metric.breakerTransitions, name, transition.to.rawValue)
        telemetry.log(
            TelemetryEvent.breakerChanged,
            ["breaker": name, "state": transition.to.rawValue, "reason": transition.reason.rawValue]
        )
    }
}

extension ServicesError {
    /// A call that a circuit breaker refused.
    package static func breakerOpen(_ name: String, retryAfter: Duration?) -> ServicesError {
        ServicesError(
            code: .storeUnavailable,
            message: "'\(name)' failed too often lately and is not called for now.",
            hint: retryAfter.map { "try again in \(max(1, $0.components.seconds)) s" }
                ?? "the breaker is held open; let it go to try again"
        )
    }
}
