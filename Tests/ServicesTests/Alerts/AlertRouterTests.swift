import Locking
import Services
import TestSupport
import Testing

@Suite("Alert router", .timeLimit(.minutes(10)))
struct AlertRouterTests {
    private let driver = MemoryAlertDriver()

    @Test("An alert reaches every sink that wants its severity, and the store")
    func routes() async throws {
        let (all, urgent) = (ListeningSink("all", .info), ListeningSink("urgent", .critical))
        let router = AlertRouter(driver: driver, sinks: [all, urgent])
        for severity in Severity.allCases {
            _ = try await router.raise(NewAlert(severity: severity, source: "s", text: severity.rawValue))
        }
        #expect(all.heard == ["info", "warning", "critical"])
        #expect(urgent.heard == ["critical"])
        #expect(driver.alerts(includingAcknowledged: true, limit: 10).count == 3)
    }

    @Test("Repetitions are told the first, 2nd, 4th, 8th time; all are counted")
    func thins() async throws {
        let sink = ListeningSink("all", .info)
        let router = AlertRouter(driver: driver, sinks: [sink])
        for _ in 0..<20 { _ = try await router.raise(NewAlert(severity: .info, source: "s", text: "t")) }
        #expect(sink.heard.count == 5)
        #expect(driver.alerts(includingAcknowledged: true, limit: 10).map(\.count) == [20])
    }

    @Test("A sink that fails or hangs keeps nothing from the others, and becomes an alert of its own")
    func survivesSinks() async throws {
        let clock = ManualClock()
        let good = ListeningSink("good", .info)
        let router = AlertRouter(
            driver: driver,
            sinks: [FailingSink(), HangingSink(), good],
            clock: clock
        )
        async let alert = router.raise(NewAlert(severity: .info, source: "s", text: "t"))
        await good.waitUntilHeard()
        // The failures are stored when the last sink's time is over, whenever its sleep began.
        while driver.alerts(includingAcknowledged: true, limit: 10).count < 3 {
            clock.advance(by: .seconds(10))
            await Task.yield()
        }
        #expect(try await alert.count == 1)
        let sources = driver.alerts(includingAcknowledged: true, limit: 10).map(\.source).sorted()
        #expect(sources == ["alert_sink", "alert_sink", "s"])
    }

    @Test("A store that is away keeps no sink from hearing")
    func storeAway() async throws {
        let sink = ListeningSink("all", .info)
        let router = AlertRouter(driver: AbsentAlertDriver(), sinks: [sink])
        let error = await #expect(throws: ServicesError.self) {
            try await router.raise(NewAlert(severity: .critical, source: "s", text: "t"))
        }
        #expect(error?.code == .storeUnavailable)
        #expect(sink.heard == ["t"])
    }
}

private final class ListeningSink: AlertSink {
    let name: String
    let leastSeverity: Severity
    private let texts = Lock<[String]>([])
    private let signal = AsyncStream<Void>.makeStream()

    init(_ name: String, _ leastSeverity: Severity) {
        self.name = name
        self.leastSeverity = leastSeverity
    }

    var heard: [String] { texts.withLock { $0 } }

    func deliver(_ alert: NewAlert) async throws {
        texts.withLock { $0.append(alert.text) }
        signal.continuation.yield()
    }

    func waitUntilHeard() async {
        for await _ in signal.stream { return }
    }
}

private struct FailingSink: AlertSink {
    var name: String { "failing" }
    var leastSeverity: Severity { .info }

    func deliver(_ alert: NewAlert) async throws { throw ServicesError.unavailable("mail", why: "no route") }
}

private struct HangingSink: AlertSink {
    var name: String { "hanging" }
    var leastSeverity: Severity { .info }

    func deliver(_ alert: NewAlert) async throws { try await ContinuousClock().sleep(for: .seconds(86_400)) }
}

private struct AbsentAlertDriver: AlertDriver {
    private let error = ServicesError.unavailable("memory", why: "the test says so")

    func raise(_ alert: NewAlert) async throws(ServicesError) -> Alert { throw error }
    func alerts(includingAcknowledged: Bool, limit: Int) async throws(ServicesError) -> [Alert] { throw error }
    func acknowledge(_ id: Int64, by person: String) async throws(ServicesError) -> Alert? { throw error }
    func prune(olderThan age: Duration, limit: Int) async throws(ServicesError) -> Int { throw error }
}
