import Services
import TestSupport
import Testing

@Suite("Pub/sub", .timeLimit(.minutes(10)))
struct PubSubTests {
    private let metrics = PrometheusMetrics()

    private func make(_ configure: (inout PubSub.Options) -> Void = { _ in }) -> PubSub {
        var options = PubSub.Options()
        configure(&options)
        return PubSub(driver: MemoryPubSubDriver(), options: options, telemetry: Telemetry(factory: metrics))
    }

    @Test("What is published is heard, and counted")
    func heard() async throws {
        let pubSub = make()
        let events = try await pubSub.subscribe(to: .prefix("a"))
        try await pubSub.publish(Topic("ab"), [1])
        try await pubSub.publish([.make("a", "x"), .make("b", "y")])
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == .message(PubSubMessage(topic: Topic("ab"), payload: [1])))
        #expect(await iterator.next() == .message(.make("a", "x")))
        #expect(metrics.text().contains("switchyard_pubsub_published_total 3\n"))
    }

    @Test("What a slow reader missed is told and counted")
    func gaps() async throws {
        let pubSub = make()
        let events = try await pubSub.subscribe(to: .exact(Topic("t")), bufferLimit: 2)
        for number in UInt8(0)..<5 { try await pubSub.publish(Topic("t"), [number]) }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == .gap(lost: 3))
        #expect(await iterator.next()?.message?.payload == [3])
        #expect(metrics.text().contains("switchyard_pubsub_lost_total 3\n"))
    }

    @Test("Wrong topics, payloads, batches and buffers are refused, and nothing is sent")
    func validation() async throws {
        let pubSub = make {
            $0.limits.payloadInBytes = 3
            $0.limits.batch = 2
        }
        let events = try await pubSub.subscribe(to: .prefix(""))
        let long = String(repeating: "t", count: 513)
        let wrong: [[PubSubMessage]] = [
            [.make("", "a")], [.make(long, "a")], [.make("t", "abcd")], [.make("t", "1"), .make("", "2")],
            [.make("t", "1"), .make("t", "2"), .make("t", "3")],
        ]
        for messages in wrong {
            let error = await #expect(throws: ServicesError.self) { try await pubSub.publish(messages) }
            #expect(error?.code == .invalidRequest)
        }
        for pattern in [TopicPattern.exact(Topic("")), .exact(Topic(long)), .prefix(long)] {
            _ = await #expect(throws: ServicesError.self) { try await pubSub.subscribe(to: pattern) }
        }
        for limit in [0, -1, 100_001] {
            _ = await #expect(throws: ServicesError.self) {
                try await pubSub.subscribe(to: .prefix(""), bufferLimit: limit)
            }
        }
        try await pubSub.publish(Topic("t"), [7])
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next()?.message?.payload == [7])
    }
}
