import Locking
import Services
import TestSupport
import Testing

extension QueueWorkerTests {
    @Test("While a request is under way, endings beyond what one request takes are stored beside it")
    func overflow() async throws {
        _ = store.enqueue(jobs(10))
        var options = QueueWorker.Options()
        options.flushLimit = 4
        let (handlers, claim) = (Gate(), Gate())
        let claims = Lock(0)
        let settledBeside = Lock(0)
        let driver = FaultyWorkQueueDriver(store) { request throws(ServicesError) in
            guard case .exchange(let settled, let limit) = request else { return }
            guard limit > 0 else {
                settledBeside.withLock { $0 = max($0, settled.count) }
                claim.open()
                return
            }
            let number = claims.withLock { claims in
                claims += 1
                return claims
            }
            guard number > 1 else { return }
            handlers.open()
            await claim.pass()
        }
        let first = Lock(true)
        try await work(on: driver, options: options, until: { numbers.completed == 10 }) { _ in
            // One job ends at once, so that a request begins; the others end while it is under way.
            let isFirst = first.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            if !isFirst { await handlers.pass() }
            return .completed
        }
        #expect(settledBeside.withLock { $0 } >= 4)
        #expect(numbers.running == 0)
    }

    @Test("Endings that could not be stored beside a request are stored later")
    func overflowFails() async throws {
        _ = store.enqueue(jobs(2_000))
        var options = QueueWorker.Options()
        options.flushLimit = 4
        options.failureWait = .milliseconds(1)
        let failures = Lock(0)
        let driver = FaultyWorkQueueDriver(store) { request throws(ServicesError) in
            guard case .exchange(_, let limit) = request, limit == 0 else { return }
            let number = failures.withLock { failures in
                failures += 1
                return failures
            }
            if number <= 3 { throw .unavailable("test", why: "it is away") }
        }
        try await work(on: driver, options: options, until: { numbers.completed == 2_000 }) { _ in .completed }
        #expect(numbers.running == 0)
        #expect(numbers.dead == 0)
    }
}
