import Locking
import Services
import TestSupport
import Testing

@Suite("The work queue's front", .timeLimit(.minutes(10)))
struct WorkQueueTests {
    @Test("Single jobs of many callers leave together, and each caller gets its own answer")
    func grouping() async throws {
        let store = MemoryWorkQueueDriver()
        let sizes = Lock<[Int]>([])
        let gate = Gate()
        let driver = FaultyWorkQueueDriver(store) { request throws(ServicesError) in
            guard case .enqueue(let count) = request else { return }
            let isFirst = sizes.withLock { sizes in
                sizes.append(count)
                return sizes.count == 1
            }
            if isFirst { await gate.pass() }
        }
        var options = WorkQueue.Options()
        options.grouping.batchesAtOnce = 1
        let queue = WorkQueue(driver: driver, options: options)
        let ids = try await withThrowingTaskGroup(of: (Int, JobID).self) { group in
            group.addTask { (0, try await queue.enqueue(.make("0")).job) }
            await gate.arrivals()
            let asked = Lock(0)
            for index in 1...100 {
                group.addTask {
                    asked.withLock { $0 += 1 }
                    return (index, try await queue.enqueue(.make("\(index)")).job)
                }
            }
            #expect(await eventually { asked.withLock { $0 } == 100 })
            gate.open()
            return try await group.reduce(into: [Int: JobID]()) { $0[$1.0] = $1.1 }
        }
        #expect(ids.count == 101)
        for (index, id) in ids { #expect(store.job(id)?.payload == Array("\(index)".utf8)) }
        #expect(sizes.withLock { $0.reduce(0, +) } == 101)
        #expect(sizes.withLock { $0.count } < 20)
    }

    @Test("A failure reaches every caller whose job was on its way")
    func failure() async throws {
        let driver = FaultyWorkQueueDriver(MemoryWorkQueueDriver()) { _ throws(ServicesError) in
            throw .unavailable("test", why: "it is away")
        }
        let queue = WorkQueue(driver: driver)
        let failures = await withTaskGroup(of: ServicesError.Code?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do throws(ServicesError) {
                        _ = try await queue.enqueue(.make())
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            return await group.reduce(into: [ServicesError.Code?]()) { $0.append($1) }
        }
        #expect(failures == Array(repeating: .storeUnavailable, count: 20))
    }

    @Test("A job the store refuses does not take the others with it")
    func refusal() async throws {
        let store = MemoryWorkQueueDriver()
        let gate = Gate()
        let isFirst = Lock(true)
        let driver = FaultyWorkQueueDriver(store) { request throws(ServicesError) in
            guard case .enqueue(let count) = request else { return }
            let shouldWait = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            if shouldWait { await gate.pass() }
            if count > 1 { throw ServicesError(code: .storeRefused, message: "One of them is wrong.") }
        }
        var options = WorkQueue.Options()
        options.grouping.batchesAtOnce = 1
        let queue = WorkQueue(driver: driver, options: options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { _ = try await queue.enqueue(.make()) } }
            await gate.arrivals()
            gate.open()
            try await group.waitForAll()
        }
        #expect(store.statistics(of: ["q"]).first?.ready == 10)
    }

    @Test("Requests out of range are refused before the store sees them", arguments: [0, 1, 2, 3, 4, 5, 6, 7])
    func validation(index: Int) async throws {
        let changes: [(inout NewJob) -> Void] = [
            { $0.queue = "" },
            { $0.kind = String(repeating: "k", count: 513) },
            { $0.priority = 10 },
            { $0.priority = -1 },
            { $0.maxAttempts = 0 },
            { $0.payload = [UInt8](repeating: 0, count: (16 << 20) + 1) },
            { $0.timeToLive = .zero },
            { $0.uniqueKey = "" },
        ]
        let driver = FaultyWorkQueueDriver(MemoryWorkQueueDriver()) { _ throws(ServicesError) in
            Issue.record("the store was asked")
        }
        let queue = WorkQueue(driver: driver)
        let job = NewJob.make("work", changes[index])
        for isBulk in [false, true] {
            let error = await #expect(throws: ServicesError.self) {
                if isBulk { _ = try await queue.enqueue([job]) } else { _ = try await queue.enqueue(job) }
            }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test("Full jitter spreads retries between zero and a ceiling that doubles up to the cap")
    func retry() {
        struct Broken: Error {}
        let retry = JobRetry.exponential(base: .seconds(1), cap: .seconds(60))
        let ceilings = (1...9).map { retry.delay(after: Broken(), attempt: $0, random: 1) }
        #expect(ceilings == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
        #expect(retry.delay(after: Broken(), attempt: 5, random: 0) == .zero)
        #expect(retry.delay(after: Broken(), attempt: 1_000_000, random: 1) == .seconds(60))
        #expect(JobRetry.never.delay(after: Broken(), attempt: 1) == nil)
        let chosen = retry.unless { $0 is Broken ? .fixed(.seconds(7)) : nil }
        #expect(chosen.delay(after: Broken(), attempt: 3) == .seconds(7))
        #expect(chosen.delay(after: CancellationError(), attempt: 3, random: 1) == .seconds(4))
    }
}
