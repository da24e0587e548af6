import Services
import TestSupport
import Testing

@Suite("Resources in memory")
struct MemoryResourceGuardDriverTests {
    @Test("Resources in memory keep the contract", .timeLimit(.minutes(10)), arguments: ResourceGuardContract.checks)
    func contract(_ check: ResourceGuardContract.Check) async throws {
        try await check.run(on: .manual { MemoryResourceGuardDriver(clock: $0) })
    }
}
