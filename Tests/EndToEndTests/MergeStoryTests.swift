import Foundation
import RunModel
import TestSupport
import Testing

/// Work of several agents comes together, or does not.
@Suite("Merging")
struct MergeStoryTests {
    private func writer(_ id: String, _ text: String? = nil) -> ScriptAgent {
        ScriptAgent(id, owns: ["`\(id).txt` (NEW)"], script: "echo '\(text ?? id)' > \(id).txt")
    }

    @Test("Four agents append to one file and have their files collected, in merge order", .timeLimit(.minutes(10)))
    func appendAndCollect() async throws {
        try await withScenario { scenario in
            let agents = ["A", "B", "C", "D"].map { id in
                ScriptAgent(
                    id,
                    owns: ["`notes/\(id).md` (NEW)", "`CHANGELOG.md` (APPEND)"],
                    outputs: ["notes/\(id).md"],
                    script: "mkdir -p notes\necho 'note \(id)' > notes/\(id).md\necho '- \(id)' >> CHANGELOG.md"
                )
            }
            let run = try await scenario.run(
                ScriptTaskFile(
                    agents: agents,
                    append: ["CHANGELOG.md"],
                    collect: ["cat notes/*.md >> NOTES.md"],
                    order: ["C", "A", "D", "B"]
                )
            )
            #expect(run.status == 0, "\(run.call.standardError)")
            #expect(try scenario.repository.read("CHANGELOG.md") == "# Changelog\n- C\n- A\n- D\n- B\n")
            let notes = try scenario.repository.read("NOTES.md").split(separator: "\n").map(String.init)
            #expect(notes.sorted() == ["note A", "note B", "note C", "note D"])
            #expect(try scenario.merges() == ["A", "B", "C", "D"])
            #expect(try scenario.remoteCommit() == scenario.repository.commitID("main"))
            try scenario.expectSound()
        }
    }

    /// Two functions next to each other, each owned by one agent: both edits touch the lines between them.
    private static let program = "def foo():\n    return 1\ndef bar():\n    return 2\n"

    @Test(
        "Of two edits that conflict the earlier lands; the later is refused with hunks and owners",
        .timeLimit(.minutes(10))
    )
    func conflict() async throws {
        try await withScenario(files: ["app.py": Self.program, "README.md": "# Scratch\n"]) { scenario in
            let run = try await scenario.run(
                ScriptTaskFile(agents: [
                    ScriptAgent(
                        "A",
                        owns: ["`app.py` (ONLY `foo()`)"],
                        script: "sed -i 's/return 1/return 10/' app.py"
                    ),
                    ScriptAgent(
                        "B",
                        owns: ["`app.py` (ONLY `bar()`)"],
                        script: "sed -i 's/^def bar():/def bar(x=0):/' app.py"
                    ),
                    writer("C"),
                ])
            )
            #expect(run.status == 1, "\(run.call.standardError)")
            #expect(run.landed == ["A", "C"])
            #expect(run.refused == ["B": .mergeConflict])
            #expect(try scenario.repository.read("app.py").contains("return 10"))
            let blocker = try #require(run.agent("B").refusal?.blocker)
            let text = try scenario.repository.read(blocker)
            for part in ["app.py", "merge_conflict", "return 10", "def bar(x=0):", "\"A\""] {
                #expect(text.contains(part), "the blocker tells '\(part)': \(text)")
            }
            let saved = try #require(run.agent("B").saved)
            #expect(try scenario.repository.text(of: "app.py", at: saved.ref).contains("bar(x=0)"))
            try scenario.expectSound()
        }
    }

    @Test("An agent that conflicts only with one whose work leaves the train lands after all", .timeLimit(.minutes(10)))
    func freedByCulprit() async throws {
        try await withScenario(files: ["app.py": Self.program, "README.md": "# Scratch\n"]) { scenario in
            let run = try await scenario.run(
                ScriptTaskFile(
                    agents: [
                        ScriptAgent(
                            "A",
                            owns: ["`app.py` (ONLY `foo()`)"],
                            script: "sed -i 's/return 1/return BROKEN/' app.py"
                        ),
                        ScriptAgent(
                            "B",
                            owns: ["`app.py` (ONLY `bar()`)"],
                            script: "sed -i 's/^def bar():/def bar(x=0):/' app.py"
                        ),
                    ],
                    verify: ["! grep -q BROKEN app.py"]
                )
            )
            #expect(run.status == 1, "\(run.call.standardError)")
            #expect(run.landed == ["B"])
            #expect(run.refused == ["A": .verifyFailure])
            #expect(try scenario.repository.read("app.py") == Self.program.replacing("bar()", with: "bar(x=0)"))
            try scenario.expectSound()
        }
    }

    @Test("One of five breaks verify: it is named, and the other four land", .timeLimit(.minutes(10)))
    func bisect() async throws {
        try await withScenario { scenario in
            let run = try await scenario.run(
                ScriptTaskFile(
                    agents: ["A", "B", "C", "D", "E"].map { writer($0, $0 == "D" ? "BAD" : $0) },
                    verify: ["! grep -q BAD *.txt"]
                )
            )
            #expect(run.status == 1, "\(run.call.standardError)")
            #expect(run.landed == ["A", "B", "C", "E"])
            #expect(run.refused == ["D": .verifyFailure])
            #expect(run.record.bisections.flatMap(\.culprits) == [AgentID("D")])
            #expect(try scenario.merges() == ["A", "B", "C", "E"])
            #expect(try scenario.remoteCommit() == scenario.repository.commitID("main"))
            try scenario.expectSound()
        }
    }

    @Test("A verify that fails once and then passes is told as flaky, and holds nobody back", .timeLimit(.minutes(10)))
    func flaky() async throws {
        try await withScenario(files: ["README.md": "# Scratch\n", ".gitignore": "*.ran\n"]) { scenario in
            let run = try await scenario.run(
                // Ignored files stay in the verify worktree from one command to the next.
                ScriptTaskFile(
                    agents: [writer("A"), writer("B")],
                    verify: ["test -e once.ran || { touch once.ran; echo 'not yet'; exit 1; }"]
                ),
                options: ["--no-baseline"]
            )
            #expect(run.status == 0, "\(run.call.standardError)")
            #expect(run.landed == ["A", "B"])
            #expect(run.record.verifications.map(\.isFlaky) == [true])
            #expect(try scenario.report().lowercased().contains("flaky"))
            try scenario.expectSound()
        }
    }

    @Test("What fails on the base already is not held against anybody", .timeLimit(.minutes(10)))
    func baseline() async throws {
        try await withScenario { scenario in
            var agent = writer("A")
            agent.test = "test -e never-there"
            let run = try await scenario.run(
                ScriptTaskFile(agents: [agent, writer("B")], verify: ["echo broken; exit 3", "test -e README.md"])
            )
            #expect(run.status == 0, "\(run.call.standardError)")
            #expect(run.landed == ["A", "B"])
            #expect(run.record.preflight?.baseline.map(\.command) == ["test -e never-there", "echo broken; exit 3"])
            try scenario.expectSound()
        }
    }

    @Test("A later wave starts from the merged work of the earlier one", .timeLimit(.minutes(10)))
    func waves() async throws {
        try await withScenario { scenario in
            var second = ScriptAgent(
                "B",
                owns: ["`B.txt` (NEW)"],
                script: "test -f A.txt\necho after >> A.copy || true\nrm -f A.copy\ncat A.txt > B.txt"
            )
            second.dependsOn = ["A"]
            var third = writer("C")
            third.dependsOn = ["X"]
            let refused = ScriptAgent("X", owns: ["`X.txt` (NEW)"], script: "echo mine > README.md")
            let run = try await scenario.run(
                ScriptTaskFile(agents: [writer("A"), second, third, refused], verify: ["test -f A.txt"])
            )
            #expect(run.status == 1, "\(run.call.standardError)")
            #expect(run.landed == ["A", "B"])
            #expect(run.refused == ["X": .ownershipViolation, "C": .dependencyRefused])
            #expect(run.record.waves.count == 2)
            #expect(try scenario.repository.read("B.txt") == "A\n")
            try scenario.expectSound()
        }
    }
}
