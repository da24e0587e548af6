import Locking
import Services
import TestSupport
import Testing

@Suite("The resource guard", .timeLimit(.minutes(10)))
struct ResourceGuardTests {
    private let records = MemoryResourceGuardDriver()
    private let locks = MemoryLockDriver()

    private func makeGuard(_ instance: String = "i") -> ResourceGuard {
        ResourceGuard(driver: records, lock: LeaseLock(driver: locks), instance: InstanceID(instance))
    }

    @Test("Of many who ask at once, one provisions and all get the same")
    func once() async throws {
        let count = Lock(0)
        let outcomes = try await withThrowingTaskGroup(of: ResourceGuard.Outcome.self) { group in
            for index in 0..<20 {
                group.addTask {
                    try await makeGuard("i\(index)").ensure("owner", kind: "database") { _ in
                        count.withLock { $0 += 1 }
                        await Task.yield()
                        return [UInt8(index)]
                    }
                }
            }
            return try await group.reduce(into: [ResourceGuard.Outcome]()) { $0.append($1) }
        }
        #expect(count.withLock { $0 } == 1)
        #expect(Set(outcomes.compactMap(\.record)).count == 1)
        #expect(outcomes.count { if case .provisioned = $0 { true } else { false } } == 1)
    }

    @Test("What was provisioned under a lock carries its token, and kinds are apart")
    func token() async throws {
        let one = try #require(try await makeGuard().ensure("o", kind: "a") { _ in [1] }.record)
        let two = try #require(try await makeGuard().ensure("o", kind: "b") { _ in [2] }.record)
        #expect(one.token >= FencingToken(1))
        #expect(one.description == [1])
        #expect(two.description == [2])
    }

    @Test("A provisioning that fails leaves the way free for the next")
    func failure() async throws {
        struct Broken: Error {}
        await #expect(throws: Broken.self) { try await makeGuard().ensure("o", kind: "a") { _ in throw Broken() } }
        let outcome = try await makeGuard().ensure("o", kind: "a") { _ in [2] }
        #expect(outcome.record?.description == [2])
        #expect(try await makeGuard().forget("o", kind: "a"))
        #expect(try await makeGuard().resource(of: "o", kind: "a") == nil)
    }

    @Test("Somebody who provisions for too long is named")
    func held() async throws {
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await makeGuard("slow").ensure("o", kind: "a") { _ in
                    await gate.pass()
                    return [1]
                }
            }
            await gate.arrivals()
            let outcome = try await makeGuard("quick").ensure("o", kind: "a", wait: .zero) { _ in [2] }
            guard case .held(let holder) = outcome else {
                Issue.record("\(outcome)")
                return gate.open()
            }
            #expect(holder.holder?.hasPrefix("slow#") == true)
            gate.open()
            try await group.waitForAll()
        }
    }

    @Test("Long names of owners and kinds are accepted")
    func longNames() async throws {
        let long = String(repeating: "o", count: 512)
        let outcome = try await makeGuard().ensure(long, kind: long) { _ in [1] }
        #expect(outcome.record?.description == [1])
    }
}
