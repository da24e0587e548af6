/// A clock read as the time since this value was made; copies share the start.
package struct Stopwatch: Sendable {
    private let read: @Sendable () -> Duration
    private let rest: @Sendable (Duration) async throws -> Void

    package init(_ clock: some Clock<Duration> = ContinuousClock()) {
        let start = clock.now
        read = { start.duration(to: clock.now) }
        rest = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }

    package var elapsed: Duration { read() }

    /// Sleeps until that much time has passed since the start.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func sleep(until elapsed: Duration) async throws {
        try await rest(elapsed)
    }
}
