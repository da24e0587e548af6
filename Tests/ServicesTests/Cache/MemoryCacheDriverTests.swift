import Services
import TestSupport
import Testing

@Suite("A cache store in memory")
struct MemoryCacheDriverTests {
    @Test("A cache store in memory keeps the contract", .timeLimit(.minutes(10)), arguments: CacheContract.checks)
    func contract(_ check: CacheContract.Check) async throws {
        try await check.run(on: .manual { MemoryCacheDriver(clock: $0) })
    }
}
