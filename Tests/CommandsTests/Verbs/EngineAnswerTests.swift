import Foundation
import RunModel
import TestSupport
import Testing

@testable import Commands

/// A real child process plays the model; what it prints and does is not trusted.
@Suite("Answers by an engine", .timeLimit(.minutes(10)))
struct EngineAnswerTests {
    private static let settings = """
        engines:
          model:
            command: ["sh", "-c", "sh \\"$SWITCHYARD_WORKTREE/agents/model.sh\\""]
        """
    private static let thread = """
        {"threads": [{"finding_id": "F-31", "status": "in_discussion", "messages": [
          {"role": "system", "text": "Uploads are kept forever.\\n1. Delete after 30 days\\n2. Keep them", "timestamp": "2026-11-17T08:00:00Z"},
          {"role": "human", "text": "How much space do they take in src/upload.txt?", "timestamp": "2026-11-17T09:00:00Z"}
        ], "decision": null}]}
        """
    private static let finding = """
        {"findings": [{"id": "F-31", "title": "Uploads are kept forever", "severity": "high",
         "location": "src/upload.txt", "issue": "Nothing in src/upload.txt deletes old uploads.",
         "suggested_fix": "Delete uploads after 30 days.", "status": "pending"}]}
        """

    /// Dispatches the questions with a model that is this shell script.
    private func dispatch(
        _ script: String,
        body: (LedgerRepository, CommandHarness.Result) throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let scene = try LedgerRepository(
                in: folder,
                files: [
                    "switchyard.yaml": Self.settings, "agents/model.sh": script, "src/upload.txt": "40 MB a day\n",
                    "data/decisions.json": Self.thread, "data/findings.json": Self.finding,
                ]
            )
            scene.clock.set("2026-11-18T12:00:00Z")
            let result = await scene.run("dispatch", "--only", "2", "--engine", "model")
            #expect(result.status == .success, "\(result.talk)")
            try body(scene, result)
        }
    }

    private func messages(_ scene: LedgerRepository) throws -> [LedgerValue] {
        try scene.entries("decisions").first?["messages"]?.elements ?? []
    }

    @Test("An answer that names what it read and ends with the choice is posted with its time and its sources")
    func answered() async throws {
        let script = """
            cat > "$TMPDIR/prompt" 2>/dev/null || cat > /dev/null
            echo 'They take 40 MB a day, as src/upload.txt says.'
            echo
            echo 'Option 1 deletes them after 30 days, option 2 keeps them. Which option do you choose?'
            """
        try await dispatch(script) { scene, result in
            let messages = try messages(scene)
            #expect(messages.count == 3, "\(result.output)")
            let post = try #require(messages.last?["text"]?.text)
            #expect(messages.last?["role"] == "system")
            #expect(messages.last?["timestamp"]?.text?.hasPrefix("2026-11-18T12:00:00") == true)
            #expect(post.hasPrefix("They take 40 MB a day"))
            let head = try scene.repository.git("rev-parse", "HEAD").prefix(9)
            #expect(post.contains("Answered by model, from commit \(head)") && post.contains("`src/upload.txt`"))
            #expect(try scene.entries("decisions").first?["status"] == "in_discussion")
            #expect(result.output.contains("1 question answered"))
            // The checkout of the answer is gone, and git knows of none.
            #expect(try scene.repository.git("worktree", "list").split(separator: "\n").count == 1)
        }
    }

    @Test(
        "What may not be posted is left to a person, and the report says why",
        arguments: [
            ("cat > /dev/null", "the answer was empty"),
            ("cat > /dev/null; echo 'src/uploads/reaper.ts has it. Option 1 or option 2?'", "files that are not there"),
            ("cat > /dev/null; echo 'They take a lot of room, I would say. Option 1 or option 2?'", "named no file"),
            ("cat > /dev/null; echo 'src/upload.txt says that it is 40 MB a day.'", "did not end with the choice"),
            (
                "cat > /dev/null; echo 'src/upload.txt: 40 MB. Option 1 or option 2?'; exit 9",
                "the engine 'model' failed"
            ),
            ("cat > /dev/null; kill -9 $$", "the engine 'model' failed"),
            (
                "cat > /dev/null; echo more >> \"$SWITCHYARD_WORKTREE/src/upload.txt\"; echo 'src/upload.txt: 40 MB. Option 1 or option 2?'",
                // With a sandbox the write fails, and with it nothing else: the answer is as good as any other.
                nil
            ),
        ] as [(String, String?)]
    )
    func refused(script: String, why: String?) async throws {
        try await dispatch(script) { scene, result in
            let head = try scene.repository.text(of: "src/upload.txt")
            #expect(head == "40 MB a day\n")
            #expect(try scene.repository.read("src/upload.txt") == "40 MB a day\n")
            guard let why else { return }
            #expect(try messages(scene).count == 2)
            let report = try scene.repository.read("docs/agent-output/dispatch-report-20261118T120000Z.md")
            #expect(report.contains(why), "\(report)")
            #expect(result.output.contains("Answer the question in thread F-31"))
        }
    }

    @Test("A thread in which a person wrote while the model was at work gets no late answer")
    func overtaken() async throws {
        // The model itself plays the person here: it writes into the ledger that everybody shares.
        let script = """
            cat > /dev/null
            echo 'src/upload.txt: 40 MB. Option 1 or option 2?'
            """
        try await withTemporaryFolder { folder in
            let scene = try LedgerRepository(
                in: folder,
                files: [
                    "switchyard.yaml": """
                    sandbox: off
                    engines:
                      model:
                        command: ["sh", "\(folder.path)/model.sh"]
                    """,
                    "src/upload.txt": "40 MB a day\n", "data/decisions.json": Self.thread,
                    "data/findings.json": Self.finding,
                ]
            )
            let later = Self.thread.replacing(
                "How much space",
                with: "Never mind the space; how many people use it, and"
            )
            try folder.write(later, to: "later.json")
            let path = scene.repository.path
            try folder.write("cp \(folder.path)/later.json \(path)/data/decisions.json\n" + script, to: "model.sh")
            let result = await scene.run("dispatch", "--only", "2", "--engine", "model")
            #expect(result.status == .success, "\(result.talk)")
            #expect(try messages(scene).count == 2, "\(result.output)")
            #expect(try scene.repository.read("data/decisions.json").contains("Never mind the space"))
        }
    }
}
