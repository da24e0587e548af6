import Services
import TestSupport
import Testing

@Suite("Leases in memory")
struct MemoryLockDriverTests {
    @Test("Leases in memory keep the contract", .timeLimit(.minutes(10)), arguments: LockContract.checks)
    func contract(_ check: LockContract.Check) async throws {
        try await check.run(on: .manual { MemoryLockDriver(clock: $0) })
    }
}
