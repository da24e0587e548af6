import EventLoop
import Glibc
import Locking
import Testing

@Suite("Helper threads", .timeLimit(.minutes(10)))
struct HelperThreadsTests {
    private struct Refusal: Error {}

    /// A pipe that blocks its reader until the test writes.
    private struct Gate {
        let ends: [Int32]

        init() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            self.ends = ends
        }

        func pass() {
            var byte: UInt8 = 0
            _ = read(ends[0], &byte, 1)
        }

        func open(_ count: Int) { write(ends[1], [UInt8](repeating: 1, count: count), count) }
    }

    @Test("Results and errors of blocking calls come back")
    func resultsComeBack() async throws {
        let threads = HelperThreads()
        #expect(try await threads.run { 42 } == 42)
        await #expect(throws: Refusal.self) { try await threads.run { throw Refusal() } }
    }

    @Test("Calls run at once up to the limit, wait up to the next, and are refused beyond")
    func callsAreBounded() async throws {
        var options = HelperThreads.Options()
        options.threadLimit = 2
        options.waitingLimit = 3
        let threads = HelperThreads(options: options)
        let gate = try Gate()
        let running = Lock(0)
        let codes = await withTaskGroup(of: EventLoopError.Code?.self) { group in
            func add() {
                group.addTask {
                    do {
                        try await threads.run {
                            running.withLock { $0 += 1 }
                            gate.pass()
                        }
                        return nil
                    } catch {
                        return (error as? EventLoopError)?.code
                    }
                }
            }
            for _ in 0..<2 { add() }
            while running.withLock({ $0 }) < 2 { await Task.yield() }
            for _ in 0..<5 { add() }
            var codes: [EventLoopError.Code?] = []
            // Two are refused at once; the gate opens for the others only then.
            for await code in group {
                codes.append(code)
                if codes.count == 2 {
                    #expect(running.withLock { $0 } == 2)
                    gate.open(5)
                }
            }
            return codes
        }
        #expect(codes.prefix(2) == [.overloaded, .overloaded])
        #expect(codes.dropFirst(2).allSatisfy { $0 == nil })
        #expect(codes.count == 7)
    }

    @Test("Threads that left for lack of work come back")
    func threadsComeBack() async throws {
        var options = HelperThreads.Options()
        options.idleTime = .milliseconds(1)
        let threads = HelperThreads(options: options)
        for round in 0..<200 { #expect(try await threads.run { round } == round) }
    }

    @Test("A host name gives its addresses, a numeric address itself")
    func namesAreResolved() async throws {
        let resolver = HostResolver(threads: HelperThreads())
        #expect(try await resolver.addresses(of: "127.0.0.1") == ["127.0.0.1"])
        #expect(try await resolver.addresses(of: "localhost").contains { $0 == "127.0.0.1" || $0 == "::1" })
    }

    @Test("A host without an address says so", arguments: ["", "no such host", "a\0b", "nowhere.invalid"])
    func unknownNamesAreErrors(host: String) async {
        let resolver = HostResolver(threads: HelperThreads())
        await #expect { try await resolver.addresses(of: host) } throws: { error in
            (error as? EventLoopError)?.code == .hostNotFound
        }
    }
}
