/// Exclusive rights to names, shared by all processes that use the same store.
package struct LeaseLock: Sendable {
    package struct Options: Sendable {
        /// Time between two looks at a held lock.
        ///
        /// Default 100 milliseconds.
        package var pollInterval: Duration = .milliseconds(100)
        /// How long to wait for a held lock before answering `held`.
        ///
        /// Default 10 minutes.
        package var wait: Duration = .seconds(600)

        package init() {}
    }

    private let driver: any LockDriver
    private let options: Options
    private let clock: any Clock<Duration>

    package init(
        driver: any LockDriver,
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.driver = driver
        self.options = options
        self.clock = clock
    }

    /// Waits for the lease up to the limit in the options.
    ///
    /// - Throws: `ServicesError` when the store cannot be used, `CancellationError` when the task is cancelled.
    package func acquire(_ name: String, holder: String) async throws -> LeaseAnswer {
        let request = LeaseRequest(names: [name], holder: holder, timeToLive: .seconds(60), requestID: holder)
        var waited = Duration.zero
        while true {
            let answer = try await driver.acquire(request)
            if case .granted = answer { return answer }
            if waited >= options.wait { return answer }
            try await clock.sleep(for: options.pollInterval)
            waited += options.pollInterval
        }
    }

    /// Gives the lease back.
    package func release(_ lease: Lease) async {
        _ = try? await driver.release([lease])
    }

    /// Whether the lease may still be acted on; ask directly before the protected step.
    package func isCurrent(_ lease: Lease) async -> Bool {
        (try? await driver.isCurrent(lease)) ?? false
    }
}
