import Foundation
import Services
import TestSupport
import Testing

@Suite("Health", .timeLimit(.minutes(10)))
struct HealthTests {
    struct Broken: Error {}

    private let clock = ManualClock()
    private let time = ManualStoreClock()
    private let metrics = PrometheusMetrics()

    private func monitor(_ checks: [HealthCheck]) -> HealthMonitor {
        HealthMonitor(checks: checks, clock: clock, storeClock: time.clock, telemetry: Telemetry(factory: metrics))
    }

    @Test("All is ready when every part is")
    func ready() async {
        let report = await monitor([.store("b") {}, .store("a") {}]).report()
        #expect(report.status == .ready && report.reasons == [])
        #expect(report.components.map(\.name) == ["a", "b"])
        #expect(await monitor([]).report().status == .ready)
    }

    @Test("An essential part that fails fails the whole, another one degrades it", arguments: [true, false])
    func failing(isEssential: Bool) async {
        let report = await monitor([
            .store("good") {},
            .store("bad", isEssential: isEssential) { throw ServicesError.unavailable("redis", why: "no route") },
        ]).report()
        #expect(report.status == (isEssential ? .failing : .degraded))
        #expect(report.reasons == ["bad: The store 'redis' cannot be reached: no route."])
        #expect(metrics.text().contains("switchyard_health_status{component=\"bad\"} 2\n"))
        #expect(metrics.text().contains("switchyard_health_status{component=\"good\"} 0\n"))
    }

    @Test("A part that works with less than it promises degrades the whole")
    func degraded() async {
        let report = await monitor([HealthCheck("limiter") { .degraded("local") }]).report()
        #expect(report.status == .degraded && report.reasons == ["limiter: local"])
    }

    @Test("A part that answers slowly is degraded, and its latency is reported")
    func slow() async {
        let time = time
        let report = await monitor([.store("slow") { time.advance(by: .milliseconds(600)) }]).report()
        #expect(report.components[0].status == .degraded && report.components[0].latencyInSeconds == 0.6)
    }

    @Test("A part that hangs is failing after the time limit, and holds nobody up")
    func hangs() async {
        let gate = Gate()
        defer { gate.open() }
        let monitor = monitor([.store("hung") { await gate.pass() }, .store("good") {}])
        let report = Task { await monitor.report() }
        await gate.arrivals()
        await clock.waitForSleepers()
        // The other part's timer may be asleep as well, and ends with its part.
        clock.advance(by: .seconds(2))
        let components = await report.value.components
        #expect(components.map(\.status) == [.ready, .failing])
        #expect(components[1].reason == "it did not answer within 2.0 seconds")
    }

    @Test("A report reads the same after it was written as JSON")
    func json() async throws {
        let report = await monitor([.store("a") {}, .store("b") { throw Broken() }]).report()
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(report)
        #expect(try JSONDecoder().decode(HealthReport.self, from: data) == report)
        #expect(String(decoding: data, as: UTF8.self).contains("\"essential\":true,\"latency_seconds\":0"))
    }
}
