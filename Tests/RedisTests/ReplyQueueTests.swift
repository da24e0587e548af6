import TestSupport
import Testing

@testable import Redis

@Suite("Reply queue")
struct ReplyQueueTests {
    private static let start = ContinuousClock.now

    private func append(
        _ queue: inout ReplyQueue<Int>,
        _ number: Int,
        bytes: [UInt8] = [1, 2, 3],
        replies: Int = 1,
        after seconds: Int = 10
    ) -> ReplyQueue<Int>.ID {
        queue.append(
            "C\(number)",
            encoded: bytes,
            replyCount: replies,
            deadline: Self.start + .seconds(seconds),
            limit: .seconds(seconds),
            waiter: number
        )
    }

    private func write(_ queue: inout ReplyQueue<Int>) -> [UInt8] {
        var buffer: [UInt8] = []
        queue.takeForWriting(into: &buffer, atLeast: 1 << 20)
        queue.recordWritten(buffer.count)
        return buffer
    }

    @Test("Replies go to the requests in their order, several to one that asked for several")
    func order() throws {
        var queue = ReplyQueue<Int>()
        _ = append(&queue, 1)
        _ = append(&queue, 2, replies: 2)
        #expect(write(&queue) == [1, 2, 3, 1, 2, 3])
        guard case .deliver(1, [.integer(10)]) = queue.receive(.integer(10)) else { return fail("first") }
        guard case .nothing = queue.receive(.integer(20)) else { return fail("part") }
        guard case .deliver(2, [.integer(20), .integer(21)]) = queue.receive(.integer(21)) else {
            return fail("second")
        }
        guard case .unexpected = queue.receive(.null) else { return fail("nobody asked") }
    }

    @Test("A reply before anything was written is not believed")
    func early() {
        var queue = ReplyQueue<Int>()
        _ = append(&queue, 1)
        let isRefused = if case .unexpected = queue.receive(.null) { true } else { false }
        #expect(isRefused)
    }

    @Test("A request given up before it was written is never written, and known not to be carried out")
    func withdrawn() {
        var queue = ReplyQueue<Int>()
        _ = append(&queue, 1, bytes: [1])
        let id = append(&queue, 2, bytes: [2])
        _ = append(&queue, 3, bytes: [3])
        #expect(queue.abandon(id)?.isWritten == false)
        #expect(queue.abandon(id) == nil)
        #expect(write(&queue) == [1, 3])
        guard case .deliver(1, _) = queue.receive(.null) else { return fail("first") }
        guard case .deliver(3, _) = queue.receive(.null) else { return fail("third") }
        #expect(queue.count == 0)
    }

    @Test("A request given up after it was written keeps its place, and its late reply is dropped")
    func late() {
        var queue = ReplyQueue<Int>()
        let id = append(&queue, 1, replies: 2)
        _ = append(&queue, 2)
        _ = write(&queue)
        #expect(queue.abandon(id)?.isWritten == true)
        #expect(queue.waitingCount == 1)
        for _ in 0..<2 {
            guard case .nothing = queue.receive(.integer(1)) else { return fail("late reply") }
        }
        guard case .deliver(2, [.integer(2)]) = queue.receive(.integer(2)) else { return fail("second") }
    }

    @Test("When the connection ends, only what the kernel has completely may have been carried out")
    func drain() {
        var queue = ReplyQueue<Int>()
        for number in 1...3 { _ = append(&queue, number) }
        var buffer: [UInt8] = []
        queue.takeForWriting(into: &buffer, atLeast: 4)
        #expect(buffer.count == 6)
        queue.recordWritten(5)
        #expect(queue.unwrittenBytes == 4)
        let cutOff = queue.drain()
        #expect(cutOff.map(\.waiter) == [1, 2, 3])
        #expect(cutOff.map(\.isWritten) == [true, false, false])
    }

    @Test("Only requests whose time has passed expire, and the next deadline is told")
    func expiry() {
        var queue = ReplyQueue<Int>()
        _ = append(&queue, 1, after: 5)
        _ = append(&queue, 2, after: 1)
        _ = append(&queue, 3, after: 9)
        let (expired, next) = queue.expire(at: Self.start + .seconds(5))
        #expect(expired.map(\.waiter) == [1, 2])
        #expect(next == Self.start + .seconds(9))
        #expect(queue.expire(at: Self.start + .seconds(5)).expired.isEmpty)
    }

    @Test(
        "Under any order of events each waiter is answered once, with its own reply",
        arguments: SeededRandom.seeds(300)
    )
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var queue = ReplyQueue<Int>()
        var open: [ReplyQueue<Int>.ID: Int] = [:]
        var answered: Set<Int> = []
        // What a server would hold: the request numbers it was sent, with their replies to come.
        var server: [(number: Int, replies: Int)] = []
        var wanted: [Int: Int] = [:]
        var last = 0
        func settle(_ number: Int) { #expect(answered.insert(number).inserted, "\(number) twice, \(random)") }
        for _ in 0..<400 {
            switch random.int(in: 0...9) {
            case 0...3:
                last += 1
                wanted[last] = random.int(in: 1...3)
                let bytes = [UInt8](repeating: UInt8(last % 256), count: 1) + [UInt8(last / 256)]
                let id = append(&queue, last, bytes: bytes, replies: wanted[last, default: 1])
                open[id] = last
            case 4:
                guard let id = open.keys.randomElement(using: &random), let number = open[id] else { continue }
                if let cutOff = queue.abandon(id) {
                    #expect(cutOff.waiter == number, "\(random)")
                    settle(number)
                }
                open[id] = nil
            case 5, 6:
                var buffer: [UInt8] = []
                queue.takeForWriting(into: &buffer, atLeast: random.int(in: 1...9))
                queue.recordWritten(buffer.count)
                for index in stride(from: 0, to: buffer.count, by: 2) {
                    let number = Int(buffer[index]) + 256 * Int(buffer[index + 1])
                    server.append((number, wanted[number, default: 1]))
                }
            default:
                guard let first = server.first else { continue }
                server[0].replies -= 1
                if server[0].replies == 0 { server.removeFirst() }
                switch queue.receive(.integer(first.number)) {
                case .deliver(let waiter, let replies):
                    #expect(waiter == first.number, "\(random)")
                    #expect(
                        replies == Array(repeating: .integer(waiter), count: wanted[waiter, default: 1]),
                        "\(random)"
                    )
                    settle(waiter)
                    if let id = open.first(where: { $0.value == waiter })?.key { open[id] = nil }
                case .nothing: break
                case .unexpected: Issue.record("unexpected, \(random)")
                }
            }
            #expect(queue.unwrittenBytes >= 0)
            #expect(queue.waitingCount == last - answered.count, "\(random)")
        }
        for cutOff in queue.drain() { settle(cutOff.waiter) }
        #expect(answered.count == last, "\(random)")
    }
}
