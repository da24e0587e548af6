/// Tries again what failed, by a policy and within a budget.
package struct Retrier: Sendable {
    package let policy: RetryPolicy
    private let name: String
    private let budget: RetryBudget
    private let clock: any Clock<Duration>
    private let telemetry: Telemetry
    private let random: @Sendable (Int64) -> Int64

    /// - Parameters:
    ///   - name: what is tried; a label of its metrics.
    ///   - policy: whether and when.
    ///   - budget: how much in all; share one among all callers of the same store.
    ///   - clock: waits.
    ///   - random: a number from 0 to its argument, where jitter comes from.
    ///   - telemetry: hears of every retry.
    package init(
        name: String,
        policy: RetryPolicy = RetryPolicy(),
        budget: RetryBudget = RetryBudget(),
        clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable (Int64) -> Int64 = { Backoff.random(upTo: $0) },
        telemetry: Telemetry = .none
    ) {
        self.name = name
        self.policy = policy
        self.budget = budget
        self.clock = clock
        self.telemetry = telemetry
        self.random = random
    }

    /// Runs the body until it succeeds or the policy gives up.
    ///
    /// Nothing is tried again once the task is cancelled, and a wait ends with it.
    ///
    /// - Parameters:
    ///   - verdict: what an error means for further tries.
    ///   - body: given the number of the try, from 1.
    /// - Returns: what the body returned.
    /// - Throws: the last error of the body.
    package func run<Value>(
        verdict: (any Error) -> RetryPolicy.Verdict = RetryPolicy.verdict(of:),
        _ body: (Int) async throws -> Value
    ) async throws -> Value {
        budget.deposit()
        var attempt = 1
        while true {
            do {
                return try await body(attempt)
            } catch {
                guard !Task.isCancelled, !(error is CancellationError) else { throw error }
                guard let delay = policy.delay(after: attempt, verdict(error), random: random) else {
                    if attempt > 1 { telemetry.count(Metric.retries, name, "exhausted") }
                    throw error
                }
                guard budget.withdraw() else {
                    telemetry.count(Metric.retries, name, "over_budget")
                    throw error
                }
                // A cancelled wait gives the caller the failure, which says more than that it was cancelled.
                guard (try? await clock.sleep(for: delay)) != nil else { throw error }
                telemetry.count(Metric.retries, name, "again")
            }
            attempt += 1
        }
    }
}
