import Git
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("The merge train", .timeLimit(.minutes(10)))
struct MergeTrainTests {
    @Test("Candidates merge in the declared order, one commit with two parents each")
    func order() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let offered = [
                try fixture.candidate("B", title: "Second module", files: ["b.txt": "b\n"]),
                try fixture.candidate("A", files: ["a.txt": "a\n"], message: "Merge A's parser"),
            ]
            let build = try await fixture.build(offered)

            #expect(build.agents == [AgentID("B"), AgentID("A")])
            #expect(build.outcomes.map(\.result) == [.merged, .merged])
            #expect(try fixture.files(at: build.commit) == ["a.txt", "b.txt", "base.txt"])
            let history = try fixture.repository.git("log", "--first-parent", "--format=%P", build.commit.hex)
                .split(separator: "\n").map(String.init)
            #expect(history[0] == "\(build.merged[0].commit) \(offered[1].tip)")
            #expect(history[1] == "\(build.base) \(offered[0].tip)")
        }
    }

    @Test("A merge commit has the task's words or the agent's title, trailers, the configured identity, the given time")
    func message() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let build = try await fixture.build([
                try fixture.candidate("B", title: "Second module", files: ["b.txt": "b\n"]),
                try fixture.candidate(
                    "A",
                    files: ["a.txt": "a\n"],
                    message: "Merge A\n\nReviewed-by: Bo\n"
                ),
            ])
            func format(_ format: String, _ commit: OID) throws -> String {
                try fixture.repository.git("log", "-1", "--format=\(format)", commit.hex)
            }
            #expect(
                try format("%B", build.merged[0].commit) == """
                    merge: B Second module

                    Switchyard-Run: 20260102-030405-test
                    Switchyard-Agent: B

                    """
            )
            #expect(
                try format("%B", build.commit) == """
                    Merge A

                    Reviewed-by: Bo
                    Switchyard-Run: 20260102-030405-test
                    Switchyard-Agent: A

                    """
            )
            #expect(try format("%(trailers:key=Switchyard-Agent,valueonly)", build.commit).hasPrefix("A"))
            #expect(
                try format("%an <%ae> %at|%cn <%ce> %ct", build.commit)
                    == "Ada Example <ada@example.org> 1767323045|Ada Example <ada@example.org> 1767323045"
            )
        }
    }

    @Test("Building twice gives the same commit, and moves no ref and no file")
    func determinism() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let offered = [
                try fixture.candidate("A", files: ["a.txt": "a\n"]),
                try fixture.candidate("B", files: ["b.txt": "b\n"]),
            ]
            let refs = try fixture.repository.refs()
            let first = try await fixture.build(offered)
            let second = try await fixture.build(offered)
            #expect(first == second)
            #expect(try fixture.repository.refs() == refs)
            #expect(try fixture.repository.status().isEmpty)
        }
    }

    @Test("A conflict that the rest settles is merged after the rest")
    func retryAfterRest() async throws {
        try await TrainFixture.with(["list.txt": numberedLines(9)]) { fixture in
            let early = try fixture.candidate("A", files: ["list.txt": numberedLines(9, replacing: [5: "A"])])
            try fixture.repository.commit("main moved", files: ["list.txt": numberedLines(9, replacing: [5: "main"])])
            let reverting = try fixture.candidate("B", files: ["list.txt": numberedLines(9)])

            let build = try await fixture.build([early, reverting])

            #expect(build.agents == [AgentID("B"), AgentID("A")])
            #expect(build.outcomes.map(\.agent) == [AgentID("A"), AgentID("B")])
            #expect(build.outcomes[0].summary == "merged after the rest, which settled a conflict in 'list.txt'")
            #expect(try fixture.text("list.txt", at: build.commit) == numberedLines(9, replacing: [5: "A"]))
        }
    }

    @Test("A true conflict is refused with the hunks of both sides and the agents on the other side")
    func conflict() async throws {
        try await TrainFixture.with(["list.txt": numberedLines(9)]) { fixture in
            let build = try await fixture.build([
                try fixture.candidate("A", files: ["list.txt": numberedLines(9, replacing: [5: "by A"])]),
                try fixture.candidate("B", files: ["other.txt": "b\n"]),
                try fixture.candidate("C", files: ["list.txt": numberedLines(9, replacing: [5: "by C"])]),
            ])
            #expect(build.agents == [AgentID("A"), AgentID("B")])
            let refused = build.outcomes[2]
            #expect(refused.result == .refused)
            #expect(refused.reason == .mergeConflict)
            #expect(refused.commit == nil)
            #expect(refused.summary == "conflicts with A in 'list.txt'")
            let conflict = try #require(refused.conflicts.first)
            #expect(refused.conflicts.count == 1)
            #expect(conflict.path == "list.txt")
            #expect(conflict.kind == "content")
            #expect(conflict.others == [AgentID("A")])
            let hunk = try #require(conflict.hunks.first)
            for part in ["<<<<<<< A", "by A", "||||||| base", "5", "=======", "by C", ">>>>>>> C"] {
                #expect(hunk.contains(part))
            }
        }
    }

    @Test("A conflict with the branch itself names no agent")
    func conflictWithBranch() async throws {
        try await TrainFixture.with(["list.txt": numberedLines(9)]) { fixture in
            let candidate = try fixture.candidate("A", files: ["list.txt": numberedLines(9, replacing: [5: "by A"])])
            try fixture.repository.commit("main moved", files: ["list.txt": numberedLines(9, replacing: [5: "main"])])
            let build = try await fixture.build([candidate])
            #expect(build.commit == build.base)
            #expect(build.outcomes[0].summary == "conflicts with the branch in 'list.txt'")
            #expect(build.outcomes[0].conflicts[0].others.isEmpty)
        }
    }

    @Test("What depends on a refused candidate is refused, what depends on a late one waits for it")
    func dependencies() async throws {
        try await TrainFixture.with(["list.txt": numberedLines(9)]) { fixture in
            let build = try await fixture.build([
                try fixture.candidate("D", files: ["d.txt": "d\n"], dependsOn: ["A"]),
                try fixture.candidate("A", files: ["list.txt": numberedLines(9, replacing: [5: "by A"])]),
                try fixture.candidate("B", files: ["list.txt": numberedLines(9, replacing: [5: "by B"])]),
                try fixture.candidate("C", files: ["c.txt": "c\n"], dependsOn: ["B"]),
            ])
            #expect(build.agents == [AgentID("A"), AgentID("D")])
            #expect(build.outcomes.map(\.reason) == [nil, nil, .mergeConflict, .dependencyRefused])
            #expect(build.outcomes[3].summary == "depends on B, which did not merge")
        }
    }

    @Test("Work the branch holds already is said to be merged and makes no commit")
    func alreadyMerged() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let candidate = try fixture.candidate("A", files: ["a.txt": "a\n"])
            try fixture.repository.git("merge", "--quiet", "agents/A")
            let build = try await fixture.build([candidate])
            #expect(build.commit == build.base)
            #expect(build.outcomes[0].result == .merged)
            #expect(build.outcomes[0].summary.hasPrefix("already merged"))
            #expect(build.merged[0].isAlreadyThere)
        }
    }

    @Test("The same change made twice merges, and the outcome says that nothing changed")
    func sameChange() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let build = try await fixture.build([
                try fixture.candidate("A", files: ["a.txt": "same\n"]),
                try fixture.candidate("B", files: ["a.txt": "same\n", "base.txt": "base\n"]),
            ])
            #expect(build.outcomes[1].summary == "merged, but its changes were there already")
            #expect(build.merged[1].isAlreadyThere)
        }
    }

    @Test("Four agents append to one changelog, and all lines stand there in train order")
    func union() async throws {
        try await TrainFixture.with(["CHANGELOG.md": "# Changes\n\n- first\n"]) { fixture in
            let offered = try ["C", "A", "D", "B"].map { agent in
                try fixture.candidate(
                    agent,
                    files: ["CHANGELOG.md": "# Changes\n\n- first\n- by \(agent)\n", "\(agent).txt": agent]
                )
            }
            let build = try await fixture.build(offered, rules: fixture.rules(append: ["CHANGELOG.md"]))
            #expect(build.outcomes.map(\.result) == [.merged, .merged, .merged, .merged])
            #expect(
                try fixture.text("CHANGELOG.md", at: build.commit)
                    == "# Changes\n\n- first\n- by C\n- by A\n- by D\n- by B\n"
            )
            #expect(try await fixture.train.lostHunks(of: build, rules: fixture.rules(append: ["*.md"])).isEmpty)
        }
    }

    @Test("A changelog that four agents create is joined too")
    func unionOfNewFile() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let offered = try ["A", "B", "C", "D"].map { agent in
                try fixture.candidate(agent, files: ["notes/CHANGELOG.md": "- by \(agent)\n"])
            }
            let build = try await fixture.build(offered, rules: fixture.rules(append: ["**/CHANGELOG.md"]))
            let text = try fixture.text("notes/CHANGELOG.md", at: build.commit)
            #expect(text == "- by A\n- by B\n- by C\n- by D\n")
        }
    }

    @Test("A candidate that started from an older build of the train brings its work, not the old train")
    func carried() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let first = try fixture.candidate("A", files: ["a.txt": "a\n"])
            let gone = try fixture.candidate("B", files: ["b.txt": "b\n"])
            let old = try await fixture.build([first, gone])
            try fixture.repository.git("branch", "old-train", old.commit.hex)
            let later = try fixture.candidate("C", from: "old-train", files: ["a.txt": "a\nc\n", "c.txt": "c\n"])
            try fixture.repository.commit("main moved", files: ["main.txt": "main\n"])

            let build = try await fixture.build([first, later])

            #expect(build.agents == [AgentID("A"), AgentID("C")])
            #expect(try fixture.files(at: build.commit) == ["a.txt", "base.txt", "c.txt", "main.txt"])
            #expect(try fixture.text("a.txt", at: build.commit) == "a\nc\n")
            let reachable = try fixture.repository.git("rev-list", build.commit.hex)
            #expect(!reachable.contains(gone.tip.hex), "B did not land, so its commit must not be called merged")
            #expect(try await fixture.train.lostHunks(of: build, rules: fixture.rules()).isEmpty)
        }
    }

    @Test("Joining landed work with a moved remote descends from both and keeps both")
    func join() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let landed = try await fixture.build([try fixture.candidate("A", files: ["a.txt": "a\n"])])
            let upstream = try OID(hex: try fixture.repository.branch("theirs", files: ["remote.txt": "r\n"]))
            let join = try await fixture.train.join(
                landed.commit,
                with: upstream,
                named: "origin/main",
                rules: fixture.rules()
            )
            guard case .joined(let commit) = join else {
                Issue.record("\(join)")
                return
            }
            #expect(try fixture.files(at: commit) == ["a.txt", "base.txt", "remote.txt"])
            #expect(
                try fixture.repository.git("log", "-1", "--format=%P", commit.hex) == "\(landed.commit) \(upstream)"
            )
        }
    }
}
