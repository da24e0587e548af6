import Foundation
import RunModel
import TestSupport
import Testing

@Suite("Happy path")
struct HappyPathTests {
    @Test("Four agents work in parallel, are merged in order, verified, landed and pushed", .timeLimit(.minutes(10)))
    func fourAgents() async throws {
        try await withScenario { scenario in
            let agents = ["A", "B", "C", "D"].map { id in
                ScriptAgent(
                    id,
                    owns: ["`\(id).txt` (NEW)", "`CHANGELOG.md` (APPEND)"],
                    script: "echo \(id) > \(id).txt\necho '- \(id)' >> CHANGELOG.md"
                )
            }
            let run = try await scenario.run(
                ScriptTaskFile(
                    agents: agents,
                    verify: ["test -f A.txt && test -f D.txt"],
                    append: ["CHANGELOG.md"]
                )
            )
            #expect(run.status == 0, "\(run.call.standardError)")
            #expect(run.landed == ["A", "B", "C", "D"])
            #expect(run.record.state == .done)

            let repository = scenario.repository
            #expect(try repository.read("CHANGELOG.md") == "# Changelog\n- A\n- B\n- C\n- D\n")
            #expect(try repository.status() == "?? docs/", "the report and nothing else is new")
            #expect(try scenario.remoteCommit() == repository.commitID("main"))
            let subjects = try repository.git("log", "--first-parent", "--format=%s", "-4", "main")
            #expect(subjects.split(separator: "\n").count == 4)

            #expect(try scenario.refs("refs/heads/") == ["refs/heads/main"], "no branch is left behind")
            #expect(try repository.git("worktree", "list").split(separator: "\n").count == 1)
            let verified = run.record.verifications.last { $0.isPassed }?.commit
            #expect(verified == run.record.landed?.to, "the commit that was tested is the one that landed")
            #expect(run.record.landed?.to == (try repository.commitID("main")))
        }
    }
}
