import Git
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("The proof before landing", .timeLimit(.minutes(10)))
struct LandingProofTests {
    /// The build with another commit in place of its last one.
    private func replacing(
        _ build: TrainBuild,
        in fixture: TrainFixture,
        files: [String: String] = [:],
        removing: [String] = [],
        chmod: [String] = []
    ) throws -> TrainBuild {
        let repository = fixture.repository
        try repository.git("checkout", "--quiet", "--detach", build.commit.hex)
        for name in removing { try repository.git("rm", "--quiet", name) }
        for (name, text) in files { try repository.write(text, to: name) }
        if !files.isEmpty { try repository.git("add", "--all") }
        for name in chmod { try repository.git("update-index", "--chmod=-x", name) }
        try repository.git("commit", "--quiet", "-m", "a defective merge")
        try repository.git("reset", "--quiet", "--hard")
        var tampered = build
        tampered.commit = try OID(hex: repository.commitID())
        try repository.git("checkout", "--quiet", "main")
        return tampered
    }

    private func lost(_ build: TrainBuild, _ fixture: TrainFixture, rules: TrainRules? = nil) async throws -> [String] {
        try await fixture.train.lostHunks(of: build, rules: rules ?? fixture.rules()).map(\.description)
    }

    @Test("A lost hunk is named with its agent, file and lines, others are not")
    func lostHunk() async throws {
        try await TrainFixture.with(["list.txt": numberedLines(20)]) { fixture in
            var found: [String] = []
            let build = try await fixture.build([
                try fixture.candidate("A", files: ["list.txt": numberedLines(20, replacing: [3: "A3", 12: "A12"])]),
                try fixture.candidate("B", files: ["list.txt": numberedLines(20, replacing: [17: "B17"])]),
            ])
            #expect(try await lost(build, fixture).isEmpty)
            let text = numberedLines(20, replacing: [3: "A3", 17: "B17"])
            let broken = try replacing(build, in: fixture, files: ["list.txt": text])
            found = try await lost(broken, fixture)
            #expect(found == ["line 12 of 'list.txt' by agent A"])
        }
    }

    @Test("A lost file, a lost removal, a lost mode and a lost binary are violations")
    func lostWholes() async throws {
        try await TrainFixture.with(["gone.txt": "gone\n", "run.sh": "true\n"]) { fixture in
            var found: [String] = []
            let repository = fixture.repository
            try repository.git("checkout", "--quiet", "-b", "agents/M")
            try repository.git("update-index", "--chmod=+x", "run.sh")
            try repository.git("commit", "--quiet", "-m", "mode")
            let tip = try OID(hex: repository.commitID())
            try repository.git("reset", "--quiet", "--hard")
            try repository.git("checkout", "--quiet", "main")
            let mode = MergeCandidate(agent: AgentID("M"), title: "", tip: tip, base: try fixture.head())
            let build = try await fixture.build([
                try fixture.candidate("A", files: ["new.txt": "new\n"]),
                try fixture.candidate("B", removing: ["gone.txt"]),
                mode,
            ])
            #expect(try await lost(build, fixture).isEmpty)
            let broken = try replacing(
                build,
                in: fixture,
                files: ["gone.txt": "gone\n"],
                removing: ["new.txt"],
                chmod: ["run.sh"]
            )
            found = try await lost(broken, fixture)
            #expect(
                found == [
                    "the file of 'new.txt' by agent A",
                    "the removal of 'gone.txt' by agent B",
                    "mode 100755 of 'run.sh' by agent M",
                ]
            )
        }
    }

    @Test("Removed lines that came back are a violation")
    func removalUndone() async throws {
        try await TrainFixture.with(["list.txt": numberedLines(9)]) { fixture in
            var found: [String] = []
            let shorter = (1...9).filter { $0 != 5 }.map { "\($0)\n" }.joined()
            let build = try await fixture.build([
                try fixture.candidate("A", files: ["list.txt": shorter]),
                try fixture.candidate("B", files: ["b.txt": "b\n"]),
            ])
            let broken = try replacing(
                build,
                in: fixture,
                files: ["list.txt": numberedLines(9, replacing: [9: "nine"])]
            )
            found = try await lost(broken, fixture)
            #expect(found == ["removal of old line 5 of 'list.txt' by agent A"])
        }
    }

    @Test("A later agent that owns the file may change it, one that does not may not")
    func laterOwner() async throws {
        try await TrainFixture.with(["list.txt": numberedLines(9)]) { fixture in
            var found: [String] = []
            let first = try fixture.candidate("A", files: ["list.txt": numberedLines(9, replacing: [5: "by A"])])
            let wave = try await fixture.build([first])
            try fixture.repository.git("branch", "wave-1", wave.commit.hex)
            var second = try fixture.candidate(
                "B",
                from: "wave-1",
                files: ["list.txt": numberedLines(9, replacing: [5: "by B"])],
                owns: ["list.*"]
            )
            let owned = try await fixture.build([first, second])
            #expect(owned.agents == [AgentID("A"), AgentID("B")])
            #expect(try await lost(owned, fixture).isEmpty)

            second.ownership = Ownership()
            let foreign = try await fixture.build([first, second])
            found = try await lost(foreign, fixture)
            #expect(found == ["line 5 of 'list.txt' by agent A"])
        }
    }

    @Test("Work of an earlier wave is proven too")
    func earlierWave() async throws {
        try await TrainFixture.with(["list.txt": numberedLines(9)]) { fixture in
            var found: [String] = []
            let first = try fixture.candidate("A", files: ["list.txt": numberedLines(9, replacing: [5: "by A"])])
            let wave = try await fixture.build([first])
            try fixture.repository.git("branch", "wave-1", wave.commit.hex)
            let second = try fixture.candidate(
                "B",
                from: "wave-1",
                files: ["list.txt": numberedLines(9)],
                owns: ["other/**"]
            )
            let build = try await fixture.train.build(
                [second],
                onto: wave.commit,
                rules: fixture.rules(),
                earlier: [first]
            )
            found = try await lost(build, fixture)
            #expect(found == ["line 5 of 'list.txt' by agent A"])
        }
    }

    @Test("Edits follow a file that another agent renamed")
    func renamed() async throws {
        try await TrainFixture.with(["old.txt": numberedLines(30)]) { fixture in
            var found: [String] = []
            let build = try await fixture.build([
                try fixture.candidate("A", files: ["new.txt": numberedLines(30)], removing: ["old.txt"]),
                try fixture.candidate("B", files: ["old.txt": numberedLines(30, replacing: [15: "by B"])]),
            ])
            #expect(build.agents == [AgentID("A"), AgentID("B")])
            #expect(try fixture.files(at: build.commit) == ["new.txt"])
            #expect(try await lost(build, fixture).isEmpty)
            let broken = try replacing(build, in: fixture, files: ["new.txt": numberedLines(30)])
            found = try await lost(broken, fixture)
            #expect(found == ["line 15 of 'old.txt' by agent B"])
        }
    }

    @Test("A line missing from a file merged by union, and a piece missing from its target, are violations")
    func unionAndCollect() async throws {
        try await TrainFixture.with(["CHANGELOG.md": "# Changes\n"]) { fixture in
            var found: [String] = []
            let rules = fixture.rules(
                append: ["CHANGELOG.md"],
                collect: [CollectRule(pattern: "p-*.md", target: "all.md", removesSources: true)]
            )
            let build = try await fixture.build(
                [
                    try fixture.candidate("A", files: ["CHANGELOG.md": "# Changes\n- A\n", "p-a.md": "piece a\n"]),
                    try fixture.candidate("B", files: ["CHANGELOG.md": "# Changes\n- B\n", "p-b.md": "piece b\n"]),
                ],
                rules: rules
            )
            #expect(try await lost(build, fixture, rules: rules).isEmpty)
            let broken = try replacing(
                build,
                in: fixture,
                files: ["CHANGELOG.md": "# Changes\n- B\n", "all.md": "piece a\n"]
            )
            found = try await lost(broken, fixture, rules: rules)
            #expect(
                found == [
                    "line 2 of 'CHANGELOG.md' by agent A",
                    "the content collected into 'all.md' of 'p-b.md' by agent B",
                ]
            )
        }
    }

    @Test("The error names agent, file and hunk, and what to do")
    func message() {
        let error = OrchestratorError.workLost(
            [LandingViolation(agent: AgentID("A"), path: "list.txt", hunk: "line 12")],
            commit: "0123456789abcdef0123456789abcdef01234567"
        )
        #expect(error.code == .landingUnsafe)
        #expect(
            error.description == """
                The merged commit 0123456789 does not hold all work of its agents: line 12 of 'list.txt' by agent A. \
                Nothing was landed; the branches are untouched. Run the agents named here again on the new base, or \
                merge their branches by hand.
                """
        )
    }
}
