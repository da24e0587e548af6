import Services
import TestSupport
import Testing

@Suite("Alerts in memory")
struct MemoryAlertDriverTests {
    @Test("Alerts in memory keep the contract", .timeLimit(.minutes(10)), arguments: AlertContract.checks)
    func contract(_ check: AlertContract.Check) async throws {
        try await check.run(on: .manual { MemoryAlertDriver(clock: $0) })
    }
}
