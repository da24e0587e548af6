import Services
import TestSupport
import Testing

@Suite("Pub/sub in memory")
struct MemoryPubSubDriverTests {
    @Test("Pub/sub in memory keeps the contract", .timeLimit(.minutes(10)), arguments: PubSubContract.checks)
    func contract(_ check: PubSubContract.Check) async throws {
        let driver = MemoryPubSubDriver()
        try await check.run(on: StoreUnderTest<any PubSubDriver>(open: { driver }, advance: { _ in }))
    }

    @Test("A message or topic beyond the limits is refused, and nothing of its batch is sent")
    func limits() async throws {
        var limits = SizeLimits()
        limits.payloadInBytes = 4
        limits.nameInBytes = 3
        let driver = MemoryPubSubDriver(limits: limits)
        let subscription = try await driver.subscribe(to: .prefix(""), bufferLimit: 10)
        for bad in [PubSubMessage.make("t", "12345"), .make("four", "1"), .make("", "1")] {
            let error = await #expect(throws: ServicesError.self) { try await driver.publish([.make("t", "1"), bad]) }
            #expect(error?.code == .invalidRequest)
        }
        try await driver.publish([.make("t", "good")])
        #expect(try await subscription.texts(1) == ["good"])
    }
}
