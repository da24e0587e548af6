import Agents
import Foundation
import RunModel
import TestSupport
import Testing

/// Staged findings on their way to people.
extension DispatchAgentTests {
    @Test(
        "A promotion that was cut off behind its finding is finished, and nothing is there twice",
        arguments: [false, true]
    )
    func halfPromoted(hasThread: Bool) async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.finding("S-1")], to: .stagingFindings)
            try scene.write([LedgerScene.finding("S-1")], to: .findings)
            if hasThread { try scene.write([LedgerScene.thread("S-1")], to: .decisions) }
            _ = try await scene.agent(steps: [.questions]).run()
            #expect(try await scene.entries(.stagingFindings).map { $0["status"]?.text } == ["promoted"])
            #expect(try await scene.entries(.findings).map { $0["id"]?.text } == ["S-1"])
            #expect(try await scene.entries(.decisions).map { $0["finding_id"]?.text } == ["S-1"])
        }
    }

    @Test("A promotion that is cut off before any change is made once", arguments: 0..<5)
    func cutOffPromotion(change: Int) async throws {
        struct Crash: Error {}
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.finding("S-1")], to: .stagingFindings)
            let counter = StepCounter(stop: change)
            var options = LedgerStore.Options()
            options.beforeStep = { _ in if counter.next() { throw Crash() } }
            // A run that dies in a step tells so in its report, and dies while it writes that as well.
            _ = try? await LedgerScene(folder, options: options).agent(steps: [.questions]).run()
            _ = try await scene.agent(steps: [.questions]).run()
            #expect(try await scene.entries(.stagingFindings).map { $0["status"]?.text } == ["promoted"])
            #expect(try await scene.entries(.findings).map { $0["id"]?.text } == ["S-1"])
            let threads = try await scene.entries(.decisions)
            #expect(threads.map { $0["finding_id"]?.text } == ["S-1"])
            #expect(threads.map { $0["messages"]?.count } == [1], "the issue is put to people once")
        }
    }

    @Test("Of two staged findings with one id, one is promoted and the other merged into it")
    func oneIDTwice() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            let other = LedgerScene.finding(
                "S-1",
                title: "Passwords are logged",
                issue: "The sign-in route in src/auth.ts prints the plain password into the server log.",
                fix: "Mask it"
            )
            try scene.write([LedgerScene.finding("S-1"), other], to: .stagingFindings)
            _ = try await scene.agent(steps: [.questions]).run()
            #expect(try await scene.entries(.stagingFindings).map { $0["status"]?.text } == ["promoted", "merged"])
            #expect(try await scene.entries(.findings).map { $0["title"]?.text } == ["Uploads are kept forever"])
            #expect(try await scene.entries(.decisions).count == 1)
        }
    }
}
