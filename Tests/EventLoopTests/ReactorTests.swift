import EventLoop
import Glibc
import Locking
import TestSupport
import Testing

@Suite("Reactor", .timeLimit(.minutes(10)))
struct ReactorTests {
    /// An actor whose code runs on the reactor's thread.
    private actor Resident {
        let reactor: Reactor
        var notes: [String] = []

        nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

        init(_ reactor: Reactor) { self.reactor = reactor }

        func note(_ text: String) { notes.append(text) }

        func perform<Result: Sendable>(_ body: @Sendable (isolated Resident) throws -> Result) rethrows -> Result {
            try body(self)
        }

        func isCurrent() -> Bool { reactor.isCurrent }

        /// Suspends until one of the calls that the body arranges resumes the continuation.
        func wait(_ arrange: @Sendable (isolated Resident, CheckedContinuation<String, Never>) -> Void) async -> String
        {
            await withCheckedContinuation { arrange(self, $0) }
        }
    }

    /// A connected pair of sockets.
    private static func makeSockets() throws -> (Int32, Int32) {
        var pair: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        return (pair[0], pair[1])
    }

    @Test("An actor on the reactor runs on its thread, other code does not")
    func actorsRunOnTheReactor() async throws {
        let reactor = try Reactor()
        #expect(await Resident(reactor).isCurrent())
        #expect(!reactor.isCurrent)
        await reactor.shutdown()
    }

    @Test("A task that prefers the reactor runs there, and so do the actors without an executor it calls")
    func tasksPreferTheReactor() async throws {
        let reactor = try Reactor()
        let places = await withTaskExecutorPreference(reactor) {
            let resident = Resident(reactor)
            let before = reactor.isCurrent
            let inside = await resident.isCurrent()
            await Task.yield()
            return [before, inside, reactor.isCurrent]
        }
        #expect(places == [true, true, true])
        await reactor.shutdown()
    }

    @Test("A watched descriptor reports bytes and the end of the stream, an unwatched one nothing")
    func descriptorsAreWatched() async throws {
        let reactor = try Reactor()
        let resident = Resident(reactor)
        let (near, far) = try Self.makeSockets()
        write(far, "x", 1)
        let first = await resident.wait { resident, continuation in
            let reactor = resident.reactor
            do {
                try reactor.watch(near, .readable) { events in
                    reactor.unwatch(near)
                    continuation.resume(returning: events.contains(.readable) ? "readable" : "\(events)")
                }
            } catch {
                continuation.resume(returning: "\(error)")
            }
        }
        #expect(first == "readable")
        // Not only closed: a program that another test starts right now may hold a copy of the descriptor for a moment.
        _ = Glibc.shutdown(far, Int32(SHUT_RDWR))
        close(far)
        let second = await resident.wait { resident, continuation in
            let reactor = resident.reactor
            do {
                try reactor.watch(near, .writable) { events in
                    reactor.unwatch(near)
                    continuation.resume(returning: events.contains(.hangUp) ? "hang up" : "\(events)")
                }
            } catch {
                continuation.resume(returning: "\(error)")
            }
        }
        #expect(second == "hang up")
        close(near)
        await reactor.shutdown()
    }

    @Test("Watching a closed descriptor is refused with the system's reason")
    func closedDescriptorsAreRefused() async throws {
        let reactor = try Reactor()
        let resident = Resident(reactor)
        await #expect(throws: EventLoopError.self) {
            try await resident.perform { resident in try resident.reactor.watch(-1, .readable) { _ in } }
        }
        await reactor.shutdown()
    }

    @Test("A descriptor closed and opened again under the same number is watched anew")
    func reusedNumbersAreWatched() async throws {
        let reactor = try Reactor()
        let resident = Resident(reactor)
        let (near, far) = try Self.makeSockets()
        try await resident.perform { resident in try resident.reactor.watch(near, .readable) { _ in } }
        let (other, otherFar) = try Self.makeSockets()
        // Now `near` names another socket, as when a library reconnects behind the loop's back.
        try #require(dup2(other, near) == near)
        write(otherFar, "x", 1)
        let answer = await resident.wait { resident, continuation in
            let reactor = resident.reactor
            do {
                try reactor.watch(near, .readable) { _ in
                    reactor.unwatch(near)
                    continuation.resume(returning: "readable")
                }
            } catch {
                continuation.resume(returning: "\(error)")
            }
        }
        #expect(answer == "readable")
        for descriptor in [near, far, other, otherFar] { close(descriptor) }
        await reactor.shutdown()
    }

    @Test("Timers fire in the order of their deadlines and not early; cancelled ones never")
    func timersFire() async throws {
        let reactor = try Reactor()
        let resident = Resident(reactor)
        let start = ContinuousClock.now
        let order = Lock([String]())
        let last = await resident.wait { resident, continuation in
            let reactor = resident.reactor
            _ = reactor.schedule(after: .milliseconds(40)) { continuation.resume(returning: "third") }
            _ = reactor.schedule(after: .milliseconds(20)) { order.withLock { $0.append("second") } }
            _ = reactor.schedule(after: .milliseconds(5)) { order.withLock { $0.append("first") } }
            let cancelled = reactor.schedule(after: .milliseconds(10)) { order.withLock { $0.append("cancelled") } }
            reactor.cancel(cancelled)
        }
        #expect(last == "third")
        #expect(order.withLock { $0 } == ["first", "second"])
        #expect(ContinuousClock.now - start >= .milliseconds(40))
        await reactor.shutdown()
    }

    @Test("A turn that takes long makes no timer fire before bytes that came in time are read")
    func bytesBeforeTimers() async throws {
        let reactor = try Reactor()
        let resident = Resident(reactor)
        let (near, far) = try Self.makeSockets()
        let order = Lock([String]())
        _ = await resident.wait { resident, continuation in
            let reactor = resident.reactor
            try? reactor.watch(near, .readable) { _ in
                var byte: UInt8 = 0
                if read(near, &byte, 1) == 1 { order.withLock { $0.append("bytes") } }
            }
            _ = reactor.schedule(after: .milliseconds(5)) {
                order.withLock { $0.append("timer") }
                continuation.resume(returning: "")
            }
            write(far, "x", 1)
            // Keeps the loop from its work until long after the deadline.
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .milliseconds(30) {}
        }
        #expect(order.withLock { $0 } == ["bytes", "timer"])
        await resident.perform { $0.reactor.unwatch(near) }
        for descriptor in [near, far] { close(descriptor) }
        await reactor.shutdown()
    }

    @Test("What is put at the end of a turn runs once, after the jobs of the turn")
    func turnsEnd() async throws {
        let reactor = try Reactor()
        let resident = Resident(reactor)
        let order = Lock([String]())
        _ = await resident.wait { resident, continuation in
            let reactor = resident.reactor
            reactor.atEndOfTurn {
                order.withLock { $0.append("end") }
                continuation.resume(returning: "")
            }
            reactor.execute { order.withLock { $0.append("job") } }
        }
        #expect(order.withLock { $0 } == ["job", "end"])
        await reactor.shutdown()
    }

    @Test("Work from many threads all runs, and that of one thread in its order")
    func postsKeepTheirOrder() async throws {
        let reactor = try Reactor()
        let seen = Lock([Int: [Int]]())
        await withTaskGroup(of: Void.self) { group in
            for source in 0..<8 {
                group.addTask {
                    for number in 0..<500 {
                        reactor.execute { seen.withLock { $0[source, default: []].append(number) } }
                    }
                }
            }
        }
        await reactor.shutdown()
        let result = seen.withLock { $0 }
        #expect(result.count == 8)
        #expect(result.values.filter { $0 != Array(0..<500) } == [])
    }

    @Test("A shutdown hangs up what is still watched and fires timers early after the grace")
    func shutdownHangsUp() async throws {
        var options = Reactor.Options()
        options.shutdownGrace = .milliseconds(50)
        let reactor = try Reactor(options: options)
        let resident = Resident(reactor)
        let (near, far) = try Self.makeSockets()
        let fired = Lock(false)
        async let hungUp = resident.wait { resident, continuation in
            do {
                _ = resident.reactor.schedule(after: .seconds(3600)) { fired.withLock { $0 = true } }
                try resident.reactor.watch(near, .readable) { events in
                    continuation.resume(returning: events == .hangUp ? "hang up" : "\(events)")
                }
            } catch {
                continuation.resume(returning: "\(error)")
            }
        }
        // The arrangement must be in place before the shutdown begins.
        while await resident.perform({ $0.reactor.isIdle }) { await Task.yield() }
        await reactor.shutdown()
        #expect(await hungUp == "hang up")
        #expect(fired.withLock { $0 })
        close(near)
        close(far)
    }

    @Test("A shutdown does not wait for background timers, and forgets them")
    func shutdownForgetsBackground() async throws {
        var options = Reactor.Options()
        // Never reached: the shutdown would hang until the suite's limit.
        options.shutdownGrace = .seconds(3_600)
        let reactor = try Reactor(options: options)
        let resident = Resident(reactor)
        let fired = Lock(0)
        await resident.perform { resident in
            resident.reactor.scheduleInBackground(after: .seconds(3_600)) { fired.withLock { $0 += 1 } }
            resident.reactor.scheduleInBackground(after: .milliseconds(1)) { fired.withLock { $0 += 10 } }
        }
        #expect(await eventually { fired.withLock { $0 } == 10 })
        await reactor.shutdown()
        #expect(fired.withLock { $0 } == 10)
    }

    @Test("After a shutdown jobs still run, and watching is refused")
    func lateJobsRun() async throws {
        let reactor = try Reactor()
        let resident = Resident(reactor)
        await reactor.shutdown()
        for round in 0..<20 { await resident.note("\(round)") }
        #expect(await resident.notes.count == 20)
        await #expect {
            try await resident.perform { resident in try resident.reactor.watch(0, .readable) { _ in } }
        } throws: { ($0 as? EventLoopError)?.code == .stopped }
        await reactor.shutdown()
    }

    @Test("A turn that takes long shows while it lasts and afterwards")
    func longTurnsShow() async throws {
        let reactor = try Reactor()
        let (near, far) = try Self.makeSockets()
        // The job blocks in `read` until this test has looked at the load.
        reactor.execute {
            var byte: UInt8 = 0
            _ = read(near, &byte, 1)
        }
        while reactor.load.currentTurn < .milliseconds(30) { await Task.yield() }
        write(far, "x", 1)
        await reactor.shutdown()
        #expect(reactor.load.longestTurn >= .milliseconds(30))
        #expect(reactor.load.currentTurn == .zero)
        reactor.resetLongestTurn()
        #expect(reactor.load.longestTurn == .zero)
        close(near)
        close(far)
    }
}
