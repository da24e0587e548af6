import Services
import TestSupport
import Testing

@Suite("Circuit breaker", .timeLimit(.minutes(10)))
struct CircuitBreakerTests {
    struct Broken: Error {}

    private let time = ManualStoreClock()
    private let metrics = PrometheusMetrics()

    private func make() -> CircuitBreaker {
        var options = CircuitBreaker.Options()
        options.failureCount = 2
        return CircuitBreaker(
            name: "store",
            options: options,
            clock: time.clock,
            telemetry: Telemetry(factory: metrics)
        )
    }

    @Test("Calls pass while it is closed, are refused while it is open, and one tries after a while")
    func run() async throws {
        let breaker = make()
        #expect(try await breaker.run { 7 } == 7)
        for _ in 0..<2 {
            await #expect(throws: Broken.self) { try await breaker.run { throw Broken() } }
        }
        let refused = await #expect(throws: ServicesError.self) { try await breaker.run { 7 } }
        #expect(refused?.code == .storeUnavailable && refused?.hint == "try again in 5 s")
        time.advance(by: .seconds(5))
        #expect(try await breaker.run { 8 } == 8)
        #expect(breaker.state == .closed)
        let text = metrics.text()
        #expect(text.contains("switchyard_breaker_rejections_total{breaker=\"store\"} 1\n"))
        #expect(text.contains("switchyard_breaker_transitions_total{breaker=\"store\",state=\"open\"} 1\n"))
        #expect(text.contains("switchyard_breaker_transitions_total{breaker=\"store\",state=\"closed\"} 1\n"))
    }

    @Test("Cancelled calls and wrong requests do not open it")
    func ignored() async {
        let breaker = make()
        for _ in 0..<10 {
            await #expect(throws: CancellationError.self) { try await breaker.run { throw CancellationError() } }
            await #expect(throws: ServicesError.self) {
                try await breaker.run { throw ServicesError.tooLarge("x", sizeInBytes: 2, limitInBytes: 1) }
            }
        }
        #expect(breaker.state == .closed)
    }

    @Test("A slow call is timed")
    func slow() async throws {
        var options = CircuitBreaker.Options()
        options.slowCallDuration = .seconds(1)
        options.minimumCalls = 1
        let breaker = CircuitBreaker(name: "store", options: options, clock: time.clock)
        try await breaker.run { time.advance(by: .seconds(2)) }
        #expect(breaker.state == .open)
    }
}
