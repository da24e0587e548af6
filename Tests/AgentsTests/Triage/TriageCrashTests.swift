import Agents
import Foundation
import Locking
import RunModel
import TestSupport
import Testing

@Suite("Triage and crashes", .timeLimit(.minutes(10)))
struct TriageCrashTests {
    private static func fill(_ harness: TriageHarness, _ random: inout SeededRandom, count: Int) throws {
        try harness.setTickets(
            BlockerFixtures.all.filter { _ in random.oneIn(2) }.map { entry in
                [
                    "id": .text(entry.ticket), "status": .text(random.pick(TicketState.allCases).rawValue),
                    "title": "A title",
                ]
            }
        )
        for entry in BlockerFixtures.all.shuffled(using: &random).prefix(count) {
            try harness.folder.write(Data(entry.bytes), to: TriageHarness.blocked + "/" + entry.file)
        }
    }

    /// What an undisturbed pass makes of the same blockers.
    private static func undisturbed(seed: UInt64, count: Int) async throws -> (tree: [String: String], steps: Int) {
        try await withTemporaryFolder { folder in
            var random = SeededRandom(seed: seed)
            let harness = TriageHarness(folder)
            try fill(harness, &random, count: count)
            let steps = Lock(0)
            let time = harness.time
            _ = try await BlockerTriageAgent(ledger: harness.ledger(counting: steps), now: { time }).run()
            return (try harness.tree(), steps.withLock { $0 })
        }
    }

    @Test(
        "A pass that is cut off before any of its steps is finished by the next one",
        arguments: SeededRandom.seeds(3)
    )
    func everyStep(seed: UInt64) async throws {
        let (expected, steps) = try await Self.undisturbed(seed: seed, count: 14)
        #expect(steps > 15)
        for step in 1...steps {
            try await withTemporaryFolder { folder in
                var random = SeededRandom(seed: seed)
                let harness = TriageHarness(folder)
                try Self.fill(harness, &random, count: 14)
                await #expect(throws: TriageHarness.Crash.self) { try await harness.triage(crashingBefore: step) }
                try await harness.triage()
                let tree = try harness.tree()
                for path in Set(tree.keys).union(expected.keys).sorted() where tree[path] != expected[path] {
                    Issue.record("\(random), cut off before step \(step): '\(path)' differs")
                }
            }
        }
    }

    @Test(
        "Two triagers at once, cut off now and then, lose nothing and make nothing twice",
        arguments: SeededRandom.seeds(4)
    )
    func twoAtOnce(seed: UInt64) async throws {
        let expected = try await Self.undisturbed(seed: seed, count: 20).tree
        try await withTemporaryFolder { folder in
            var random = SeededRandom(seed: seed)
            let harness = TriageHarness(folder)
            try Self.fill(harness, &random, count: 20)
            let crashes = (0..<6).map { _ in random.oneIn(3) ? nil : random.int(in: 1...40) }
            await withTaskGroup(of: Void.self) { group in
                for crash in crashes {
                    // A crash that was not reached is a pass that went through.
                    group.addTask { _ = try? await harness.triage(crashingBefore: crash) }
                }
            }
            try await harness.triage()
            let tree = try harness.tree()
            #expect(Set(tree.keys) == Set(expected.keys))
            for path in expected.keys.sorted() where tree[path] != expected[path] {
                Issue.record("\(random): '\(path)' differs")
            }
        }
    }
}
