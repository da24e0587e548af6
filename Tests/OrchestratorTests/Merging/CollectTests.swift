import Git
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("The collect step", .timeLimit(.minutes(10)))
struct CollectTests {
    private let rule = CollectRule(pattern: "pending-*.md", target: "pending.md", removesSources: true, line: 12)

    @Test("Pieces are appended in merge order, then by name, and removed in one last commit")
    func collects() async throws {
        try await TrainFixture.with(["pending.md": "# Pending"]) { fixture in
            let offered = [
                try fixture.candidate("B", files: ["pending-b2.md": "b2\n\n\n", "pending-b1.md": "b1"]),
                try fixture.candidate("A", files: ["pending-a.md": "a\n", "sub/pending-x.md": "x\n"]),
            ]
            let rules = fixture.rules(collect: [rule])
            let build = try await fixture.build(offered, rules: rules)

            #expect(try fixture.text("pending.md", at: build.commit) == "# Pending\nb1\nb2\na\n")
            #expect(try fixture.files(at: build.commit) == ["pending.md", "sub/pending-x.md"])
            #expect(build.collected.map(\.path.description) == ["pending-b1.md", "pending-b2.md", "pending-a.md"])
            #expect(build.collected.map(\.agent) == [AgentID("B"), AgentID("B"), AgentID("A")])
            #expect(build.commit != build.merged[1].commit)
            let log = try fixture.repository.git("log", "-1", "--format=%P%n%B", build.commit.hex)
            #expect(
                log == """
                    \(build.merged[1].commit)
                    collect: append 3 files to pending.md

                    - pending-b1.md (B)
                    - pending-b2.md (B)
                    - pending-a.md (A)

                    Switchyard-Run: 20260102-030405-test

                    """
            )
            #expect(try await fixture.train.lostHunks(of: build, rules: rules).isEmpty)
        }
    }

    @Test("Pieces of an earlier wave are collected with the last one, in train order")
    func earlierWave() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let first = try fixture.candidate("B", files: ["pending-b.md": "b\n"])
            let wave = try await fixture.build([first])
            try fixture.repository.git("branch", "wave-1", wave.commit.hex)
            let second = try fixture.candidate("A", from: "wave-1", files: ["pending-a.md": "a\n"])
            let rules = fixture.rules(collect: [rule])
            let build = try await fixture.train.build([second], onto: wave.commit, rules: rules, earlier: [first])
            #expect(try fixture.text("pending.md", at: build.commit) == "b\na\n")
            #expect(try fixture.files(at: build.commit) == ["base.txt", "pending.md"])
            #expect(try await fixture.train.lostHunks(of: build, rules: rules).isEmpty)
        }
    }

    @Test("A missing target is created, and pieces stay when the rule does not remove them")
    func keepsSources() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            var rule = rule
            rule.removesSources = false
            let build = try await fixture.build(
                [try fixture.candidate("A", files: ["pending-a.md": "a\n"])],
                rules: fixture.rules(collect: [rule])
            )
            #expect(try fixture.text("pending.md", at: build.commit) == "a\n")
            #expect(try fixture.files(at: build.commit) == ["base.txt", "pending-a.md", "pending.md"])
        }
    }

    @Test("Nothing to collect makes no commit; a piece of an earlier run is not collected again")
    func nothingToCollect() async throws {
        try await TrainFixture.with(["pending-old.md": "old\n", "pending.md": "old\n"]) { fixture in
            let build = try await fixture.build(
                [try fixture.candidate("A", files: ["a.txt": "a\n"])],
                rules: fixture.rules(collect: [rule])
            )
            #expect(build.commit == build.merged[0].commit)
            #expect(build.collected.isEmpty)
        }
    }

    @Test("A target that is no plain file is left alone and reported")
    func unusableTarget() async throws {
        try await TrainFixture.with(["pending.md/readme.txt": "a folder\n"]) { fixture in
            let build = try await fixture.build(
                [try fixture.candidate("A", files: ["pending-a.md": "a\n"])],
                rules: fixture.rules(collect: [rule])
            )
            #expect(build.findings.map(\.code) == ["collect-target"])
            #expect(build.findings[0].line == 12)
            #expect(try fixture.files(at: build.commit) == ["pending-a.md", "pending.md/readme.txt"])
        }
    }

    @Test(
        "Exactly one newline stands between pieces, whatever they end with",
        arguments: [
            (["a", "b"], "a\nb\n"),
            (["a\n", "b\n"], "a\nb\n"),
            (["a\n\n\n", "b"], "a\nb\n"),
            (["a\r\n\r\n", "b\r\n"], "a\r\nb\r\n"),
            (["", "\n\n", "b"], "b\n"),
            (["\n\na", " \n"], "\n\na\n \n"),
        ]
    )
    func newlines(pieces: [String], expected: String) {
        let joined = CollectStep.joined(target: [], pieces: pieces.map { Array($0.utf8) })
        #expect(String(decoding: joined, as: UTF8.self) == expected)
    }

    @Test("The target's own text is kept byte for byte", arguments: ["", "x", "x\n", "x\n\n", "x\r\n"])
    func targetKept(target: String) {
        let target = Array(target.utf8)
        let joined = CollectStep.joined(target: target, pieces: [Array("p".utf8)])
        let isLineOpen = target.last.map { $0 != UInt8(ascii: "\n") } ?? false
        #expect(joined == target + Array((isLineOpen ? "\np\n" : "p\n").utf8))
    }

    @Test("The target is never a piece of itself")
    func targetIsNoPiece() {
        let brought = ["all.md", "one.md"].map {
            CollectStep.Piece(path: GitPath($0), agent: AgentID("A"), place: 0)
        }
        let pieces = CollectStep.pieces(for: CollectRule(pattern: "*.md", target: "all.md"), among: brought)
        #expect(pieces.map(\.path) == ["one.md"])
    }
}
