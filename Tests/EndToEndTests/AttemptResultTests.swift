import Foundation
import RunModel
import TestSupport
import Testing

@Suite("Attempt results")
struct AttemptResultTests {
    private static let agents = [
        ScriptAgent("N", owns: ["`n.txt` (NEW)"], script: "echo all done"),
        ScriptAgent(
            "U",
            owns: ["`u.txt` (NEW)"],
            message: "```\nfeat: what the runner commits\n\nWith a body.\n```",
            script: "echo u > u.txt"
        ),
        ScriptAgent(
            "W",
            owns: ["`w.txt` (NEW)"],
            message: "feat: not this one",
            script: "echo w > w.txt\ngit add w.txt\ngit commit -qm 'feat: by the agent'\necho more >> w.txt"
        ),
        ScriptAgent(
            "K",
            owns: ["`k.txt` (NEW)"],
            script: #"printf '%s\n' 'a' '<<<<<<< HEAD' 'b' '=======' 'c' '>>>>>>> other' > k.txt"#
        ),
        ScriptAgent("O", owns: ["`o.txt` (NEW)"], outputs: ["`o-report.md`"], script: "echo o > o.txt"),
        ScriptAgent(
            "T",
            owns: ["`t.txt` (NEW)"],
            test: "! grep -q wrong t.txt",
            script: "echo wrong > t.txt"
        ),
        ScriptAgent("X", owns: ["`x.txt` (NEW)"], script: "echo x > x.txt\ngit add x.txt\nfalse | cat\necho never"),
        ScriptAgent("B", owns: ["`b.txt` (NEW)"], test: "test ! -s old-test.txt", script: "echo b > b.txt"),
        ScriptAgent(
            "Z",
            owns: ["`z.txt` (NEW)"],
            script: "head -c 6000000 /dev/zero | tr '\\0' z > z.txt"
        ),
    ]

    @Test("An agent's word counts for nothing: its work is taken in, looked at, and judged", .timeLimit(.minutes(10)))
    func judged() async throws {
        let files = ["README.md": "# Scratch\n", "old-test.txt": "a test that fails on the base\n"]
        try await withScenario(files: files) { scenario in
            let repository = scenario.repository
            let run = try await scenario.run(ScriptTaskFile(agents: Self.agents), options: ["--max-parallel", "6"])

            #expect(run.status == 1, "\(run.talk)")
            #expect(run.landed == ["B", "U", "W"], "\(run.talk)")
            #expect(run.refused["N"] == .noWork)
            #expect(run.refused["K"] == .conflictMarkers, "\(run.remarks("K"))")
            #expect(run.refused["O"] == .missingOutput, "\(run.remarks("O"))")
            #expect(run.remarks("O").contains("'o-report.md' does not exist"))
            #expect(run.refused["T"] == .testFailure, "\(run.remarks("T"))")
            #expect(run.remarks("T").contains("! grep -q wrong t.txt"))
            #expect(run.refused["X"] == .engineFailure)
            #expect(run.agent("X").refusal?.summary.contains("false | cat") == true, "the command that failed is named")
            #expect(run.refused["Z"] == .oversizedFile, "\(run.remarks("Z"))")
            #expect(run.remarks("B").contains("as it did on the base"), "\(run.remarks("B"))")

            let messages = try repository.git("log", "--no-merges", "--format=%B%x00", "main")
                .split(separator: "\0").map { $0.trimmed }
            #expect(messages.contains("feat: what the runner commits\n\nWith a body."), "\(messages)")
            #expect(messages.contains("feat: by the agent"))
            #expect(messages.contains("feat: not this one"), "what stayed uncommitted is a commit of its own")
            #expect(try repository.read("w.txt") == "w\nmore\n")
            #expect(run.agent("U").work?.isByRunner == true)

            let saved = try #require(run.agent("X").saved, "work of an attempt that failed is kept")
            #expect(try repository.text(of: "x.txt", at: saved.ref) == "x\n")
        }
    }
}

extension StringProtocol {
    fileprivate var trimmed: String { String(self).trimmingCharacters(in: .whitespacesAndNewlines) }
}
