import Orchestrator
import RunModel
import TestSupport
import Testing

@Suite("Run coordinator")
struct RunCoordinatorTests {
    @Test("Two agents' work lands on the branch, and nothing else is left", .timeLimit(.minutes(10)))
    func twoAgents() async throws {
        try await withTemporaryFolder { folder in
            let fixture = try RunFixture(in: folder)
            let summary = try await fixture.start(
                RunFixture.plan([
                    RunFixture.assignment("A", owns: ["a.txt"], script: "echo a > a.txt"),
                    RunFixture.assignment("B", owns: ["b.txt"], script: "echo b > b.txt; git add -A; git commit -qm b"),
                ])
            )
            #expect(summary.exitStatus == 0)
            #expect(try fixture.repository.files() == ["README.md", "a.txt", "b.txt"])
            #expect(try fixture.repository.git("branch", "--format=%(refname)") == "refs/heads/main")
            #expect(summary.record.landed?.to == (try fixture.repository.commitID()))
        }
    }

    @Test("A second wave starts from what the first one put on the train", .timeLimit(.minutes(10)))
    func waves() async throws {
        try await withTemporaryFolder { folder in
            let fixture = try RunFixture(in: folder)
            let summary = try await fixture.start(
                RunFixture.plan(
                    [
                        RunFixture.assignment("A", owns: ["a.txt"], script: "echo a > a.txt"),
                        RunFixture.assignment(
                            "B",
                            owns: ["b.txt"],
                            dependsOn: ["A"],
                            script: "cp a.txt b.txt; echo b >> b.txt"
                        ),
                    ],
                    waves: [["A"], ["B"]],
                    verify: ["test -f a.txt"]
                )
            )
            #expect(summary.exitStatus == 0)
            #expect(try fixture.repository.read("b.txt") == "a\nb\n")
        }
    }

    @Test("An agent that depends on a refused one is refused, and the rest lands", .timeLimit(.minutes(10)))
    func dependents() async throws {
        try await withTemporaryFolder { folder in
            let fixture = try RunFixture(in: folder)
            let summary = try await fixture.start(
                RunFixture.plan(
                    [
                        RunFixture.assignment("A", owns: ["a.txt"], script: "echo a > other.txt"),
                        RunFixture.assignment("B", owns: ["b.txt"], dependsOn: ["A"], script: "echo b > b.txt"),
                        RunFixture.assignment("C", owns: ["c.txt"], script: "echo c > c.txt"),
                    ],
                    waves: [["A", "C"], ["B"]]
                )
            )
            #expect(summary.exitStatus == 1)
            #expect(summary.record.agents[AgentID("A")]?.refusal?.reason == .ownershipViolation)
            #expect(summary.record.agents[AgentID("B")]?.refusal?.reason == .dependencyRefused)
            #expect(try fixture.repository.files() == ["README.md", "c.txt"])
        }
    }
}
