import TestSupport
import Testing

@testable import Redis

@Suite("Subscriptions without a server")
struct SubscriptionTests {
    private func bulk(_ parts: String...) -> RedisValue { .array(parts.map { .bulk(Array($0.utf8)) }) }

    private func confirmation(_ name: String) -> RedisValue {
        .array([.bulk(Array("subscribe".utf8)), .bulk(Array(name.utf8)), .integer(1)])
    }

    @Test("A buffer drops the oldest and tells how many, before what is kept")
    func overflow() {
        var buffer = SubscriptionBuffer(countLimit: 3, sizeLimitInBytes: 1000)
        for number in UInt8(1)...5 { buffer.append(channel: [], payload: [number]) }
        #expect(buffer.next() == .gap(.overflow(lost: 2)))
        #expect((0..<4).map { _ in buffer.next() } == [3, 4, 5].map { .message(channel: [], payload: [$0]) } + [nil])
    }

    @Test("A buffer counts bytes too, and keeps a single message that is larger")
    func sizes() {
        var buffer = SubscriptionBuffer(countLimit: 100, sizeLimitInBytes: 10)
        buffer.append(channel: [1], payload: [2])
        buffer.append(channel: [], payload: [UInt8](repeating: 9, count: 50))
        #expect(buffer.next() == .gap(.overflow(lost: 1)))
        #expect(buffer.next() == .message(channel: [], payload: [UInt8](repeating: 9, count: 50)))
        #expect(buffer.next() == nil)
    }

    @Test("A reconnect is told at its place, or with the overflow that swallowed it")
    func reconnect() {
        var buffer = SubscriptionBuffer(countLimit: 2, sizeLimitInBytes: 1000)
        buffer.append(channel: [], payload: [1])
        buffer.appendReconnect()
        #expect(buffer.next() == .message(channel: [], payload: [1]))
        #expect(buffer.next() == .gap(.reconnected))
        buffer.append(channel: [], payload: [1])
        buffer.appendReconnect()
        for number in UInt8(2)...3 { buffer.append(channel: [], payload: [number]) }
        #expect(buffer.next() == .gap(.overflowAndReconnected(lost: 1)))
        #expect(buffer.next() == .message(channel: [], payload: [2]))
    }

    @Test("Messages, gaps and losses add up under any order of events", arguments: SeededRandom.seeds(100))
    func conservation(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var buffer = SubscriptionBuffer(countLimit: random.int(in: 1...8), sizeLimitInBytes: random.int(in: 1...60))
        var (sent, seen, lost) = (0, 0, 0)
        func take() {
            switch buffer.next() {
            case .message: seen += 1
            case .gap(.overflow(let count)), .gap(.overflowAndReconnected(let count)): lost += count
            default: break
            }
        }
        for _ in 0..<300 {
            switch random.int(in: 0...5) {
            case 0...2:
                buffer.append(channel: [1], payload: [UInt8](repeating: 1, count: random.int(in: 0...30)))
                sent += 1
            case 3: buffer.appendReconnect()
            default: take()
            }
        }
        for _ in 0..<20 { take() }
        #expect(sent == seen + lost, "\(random)")
    }

    @Test("A listener hears nothing before its name is confirmed, and everything after")
    func confirming() {
        var table = SubscriptionTable()
        table.connected()
        let (id, isListening) = table.add(.channel(Array("c".utf8)))
        #expect(!isListening)
        guard case .nothing = table.receive(bulk("message", "c", "early")) else { return fail("early") }
        guard case .confirmed(let new, let back) = table.receive(confirmation("c")) else {
            return fail("not confirmed")
        }
        #expect(new == [id] && back.isEmpty)
        guard case .message(let to, _, let payload) = table.receive(bulk("message", "c", "m")) else {
            return fail("no message")
        }
        #expect(to == [id] && payload == Array("m".utf8))
        #expect(table.add(.channel(Array("c".utf8))).isListening)
    }

    @Test("A confirmation from before a name was left does not count for its next listener")
    func generations() {
        var table = SubscriptionTable()
        table.connected()
        let name = SubscriptionTable.Name.channel(Array("c".utf8))
        let (first, _) = table.add(name)
        table.remove(first)
        let (second, _) = table.add(name)
        guard case .nothing = table.receive(confirmation("c")) else { return fail("old confirmation") }
        guard case .nothing = table.receive(bulk("unsubscribe", "c", "0")) else { return fail("left") }
        guard case .confirmed(let new, _) = table.receive(confirmation("c")) else { return fail("new") }
        #expect(new == [second])
    }

    @Test("After a reconnect all names are asked for, and those who listened are told of the gap")
    func reconnecting() {
        var table = SubscriptionTable()
        table.connected()
        let (old, _) = table.add(.channel(Array("c".utf8)))
        _ = table.takeOutput()
        _ = table.receive(confirmation("c"))
        table.disconnected()
        let (young, isListening) = table.add(.channel(Array("c".utf8)))
        #expect(!isListening)
        #expect(!table.hasOutput)
        table.connected()
        #expect(table.takeOutput() == RedisCommand("SUBSCRIBE", "c").encoded)
        guard case .confirmed(let new, let back) = table.receive(confirmation("c")) else {
            return fail("not confirmed")
        }
        #expect(new == [young] && back == [old])
    }

    @Test("A refusal goes to the name that was asked for")
    func refusal() {
        var table = SubscriptionTable()
        table.connected()
        let (first, _) = table.add(.channel([1]))
        let (second, _) = table.add(.pattern([2]))
        guard case .refused(let new, _, let reply) = table.receive(.failure("NOPERM no")) else {
            return fail("not refused")
        }
        #expect(new == [first] && reply == "NOPERM no")
        guard
            case .confirmed(let other, _) = table.receive(
                .array([.bulk(Array("psubscribe".utf8)), .bulk([2]), .integer(1)])
            )
        else { return fail("not confirmed") }
        #expect(other == [second])
    }

    @Test("What answers nothing is not believed")
    func unexpected() {
        var table = SubscriptionTable()
        table.connected()
        for value in [confirmation("c"), .integer(1), .array([]), bulk("message", "c"), .failure("ERR")] {
            guard case .unexpected = table.receive(value) else { return fail("\(value)") }
        }
    }
}
