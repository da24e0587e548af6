import Services
import TestSupport
import Testing

@Suite("Idempotency keys in memory")
struct MemoryIdempotencyDriverTests {
    @Test(
        "Idempotency keys in memory keep the contract",
        .timeLimit(.minutes(10)),
        arguments: IdempotencyContract.checks
    )
    func contract(_ check: IdempotencyContract.Check) async throws {
        try await check.run(on: .manual { MemoryIdempotencyDriver(clock: $0) })
    }
}
