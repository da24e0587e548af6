import Services
import TestSupport
import Testing

@Suite("The job history in memory")
struct MemoryJobHistoryDriverTests {
    @Test(
        "The job history in memory keeps the contract",
        .timeLimit(.minutes(10)),
        arguments: JobHistoryContract.checks
    )
    func contract(_ check: JobHistoryContract.Check) async throws {
        try await check.run(on: .manual { MemoryJobHistoryDriver(clock: $0) })
    }
}
