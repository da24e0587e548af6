/// Records every run of a scheduled job: who ran it, when, and how it ended.
package struct JobHistory: Sendable {
    package struct Options: Sendable {
        /// Longest time one run may take; after it the body is cancelled and the run recorded as timed out.
        ///
        /// Default `nil`: no limit.
        package var timeLimit: Duration?
        /// Bytes kept of an error's text.
        ///
        /// Default 4 KiB.
        package var errorInBytes = 4 << 10
        package var limits = SizeLimits()

        package init() {}
    }

    private let driver: any JobHistoryDriver
    private let instance: InstanceID
    private let options: Options
    private let clock: any Clock<Duration>

    package init(
        driver: any JobHistoryDriver,
        instance: InstanceID,
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.driver = driver
        self.instance = instance
        self.options = options
        self.clock = clock
    }

    /// Runs the body and records start, end and result.
    ///
    /// The start is on record before the body begins: a process that dies leaves a run without an end. When the end
    /// cannot be recorded, the body's own result still counts.
    ///
    /// - Parameters:
    ///   - job: the job's name.
    ///   - token: of the lock it runs under.
    ///   - body: the work; throwing is a failure.
    /// - Returns: what the body returned, or `nil` when it ran out of time.
    /// - Throws: what the body throws; `ServicesError` when the start cannot be recorded.
    package func record<Value: Sendable>(
        _ job: String,
        token: FencingToken? = nil,
        body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let run = try await begin(job, token: token)
        let value: Value?
        do {
            value = try await limited(body)
        } catch {
            await end(run, .failed, error: "\(error)")
            throw error
        }
        await end(run, value == nil ? .timedOut : .ok, error: value == nil ? "took longer than its limit" : nil)
        return value
    }

    /// Records that the job did not run, and why.
    package func skip(_ job: String, _ result: JobRun.Result) async throws(ServicesError) {
        let run = try await begin(job)
        _ = try await driver.end(run.id, result: result, error: nil)
    }

    /// Records the start of a run whose end its caller records itself.
    package func begin(_ job: String, token: FencingToken? = nil) async throws(ServicesError) -> JobRun {
        try options.limits.check(name: job, what: "job name")
        return try await driver.begin(job, instance: instance, token: token)
    }

    /// Records the end of a run; without effect where its start could not be recorded.
    package func end(_ run: JobRun?, _ result: JobRun.Result, error: String?) async {
        guard let run else { return }
        let error = error.map { $0.prefix(bytes: options.errorInBytes) }
        // Shielded from the caller's cancellation, which is one of the ends to be recorded; bounded by the driver's own
        // time-out. A run without an end shows as unfinished, which is what people look into.
        await Task.detached { [driver] in _ = try? await driver.end(run.id, result: result, error: error) }.value
    }

    /// The body's value, or `nil` when the limit was reached first.
    private func limited<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value? {
        guard let limit = options.timeLimit else { return try await body() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await clock.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}

extension String {
    /// The longest beginning of whole characters with at most that many bytes.
    func prefix(bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var size = 0
        return String(
            prefix { character in
                size += character.utf8.count
                return size <= limit
            }
        )
    }
}
