import Services
import TestSupport
import Testing

@Suite("The work queue in memory")
struct MemoryWorkQueueDriverTests {
    @Test("The work queue in memory keeps the contract", .timeLimit(.minutes(10)), arguments: WorkQueueContract.checks)
    func contract(_ check: WorkQueueContract.Check) async throws {
        try await check.run(on: .manual { MemoryWorkQueueDriver(clock: $0) })
    }
}
