import Services
import TestSupport
import Testing

@Suite("Job history", .timeLimit(.minutes(10)))
struct JobHistoryTests {
    private let driver = MemoryJobHistoryDriver()

    private func history(
        _ options: JobHistory.Options = JobHistory.Options(),
        clock: any Clock<Duration> = ContinuousClock()
    )
        -> JobHistory
    {
        JobHistory(driver: driver, instance: InstanceID("host:1:a"), options: options, clock: clock)
    }

    @Test("A run that ends well is recorded with its token, and its value is handed on")
    func succeeds() async throws {
        let driver = driver
        let value = try await history().record("nightly", token: FencingToken(4)) {
            #expect(driver.runs(of: "nightly", before: nil, limit: 1).first?.result == nil)
            return 42
        }
        #expect(value == 42)
        let run = try #require(driver.runs(of: nil, before: nil, limit: 10).first)
        #expect(run.result == .ok)
        #expect(run.token == FencingToken(4))
        #expect(run.instance == InstanceID("host:1:a"))
        #expect(run.endedAt != nil)
    }

    @Test("A run that throws is recorded as failed with its error, cut at the limit, and the error is thrown on")
    func fails() async throws {
        var options = JobHistory.Options()
        options.errorInBytes = 10
        await #expect(throws: Broken.self) {
            try await history(options).record("nightly") { throw Broken(text: "öööööööö and more") }
        }
        let run = try #require(driver.runs(of: nil, before: nil, limit: 10).first)
        #expect(run.result == .failed)
        #expect(run.error == "ööööö")
    }

    @Test("A run beyond its time limit is cancelled and recorded as timed out")
    func timesOut() async throws {
        let clock = ManualClock()
        var options = JobHistory.Options()
        options.timeLimit = .seconds(60)
        let history = history(options, clock: clock)
        async let value: Int? = history.record("nightly") {
            try await ContinuousClock().sleep(for: .seconds(86_400))
            return 1
        }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(60))
        #expect(try await value == nil)
        #expect(driver.runs(of: nil, before: nil, limit: 10).map(\.result) == [.timedOut])
    }

    @Test("A cancelled run is recorded all the same")
    func cancelled() async throws {
        let history = history()
        let started = AsyncStream<Void>.makeStream()
        let work = Task {
            try await history.record("nightly") {
                started.continuation.yield()
                try await ContinuousClock().sleep(for: .seconds(86_400))
            }
        }
        for await _ in started.stream { break }
        work.cancel()
        _ = await work.result
        #expect(driver.runs(of: nil, before: nil, limit: 10).map(\.result) == [.failed])
    }

    @Test(
        "A job that was skipped is on record with the reason",
        arguments: [JobRun.Result.skippedLocked, .skippedDisabled]
    )
    func skips(result: JobRun.Result) async throws {
        try await history().skip("nightly", result)
        #expect(driver.runs(of: "nightly", before: nil, limit: 10).map(\.result) == [result])
    }
}

private struct Broken: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}
