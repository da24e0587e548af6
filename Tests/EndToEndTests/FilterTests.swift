import Foundation
import RunModel
import TestSupport
import Testing

/// Files that pass a program between the repository and the working tree, as Git LFS has it.
@Suite("External filters")
struct FilterTests {
    /// The repository holds the text turned around; working trees show it as people read it.
    private static func setUp(_ scenario: Scenario) throws {
        try scenario.repository.git("config", "filter.turned.clean", "rev")
        try scenario.repository.git("config", "filter.turned.smudge", "rev")
        try scenario.repository.git("config", "filter.turned.required", "true")
        try scenario.repository.commit(
            "filtered",
            files: [".gitattributes": "*.rev filter=turned\n", "a.rev": "abc\n"]
        )
        try scenario.repository.git("push", "-q", "origin", "main")
        try #require(scenario.repository.text(of: "a.rev") == "cba\n")
    }

    @Test(
        "Agents, commits by the runner and the landing all pass them",
        .timeLimit(.minutes(10)),
        arguments: [false, true]
    )
    func landed(isByRunner: Bool) async throws {
        try await withScenario { scenario in
            try Self.setUp(scenario)
            try scenario.repository.write("mine\n", to: "mine.rev")
            let commit = isByRunner ? "" : "\ngit add -A\ngit commit -qm work"
            let run = try await scenario.run(
                ScriptTaskFile(agents: [
                    ScriptAgent(
                        "A",
                        owns: ["`a.rev`"],
                        script: "test \"$(cat a.rev)\" = abc\necho abcd > a.rev\(commit)"
                    ),
                    ScriptAgent(
                        "B",
                        owns: ["`b.rev` (NEW)", "`b.txt` (NEW)"],
                        script: "echo xyz > b.rev\necho b > b.txt\(commit)"
                    ),
                ])
            )
            #expect(run.landed == ["A", "B"], "\(run.talk)")
            #expect(try scenario.repository.text(of: "a.rev", at: "main") == "dcba\n")
            #expect(try scenario.repository.text(of: "b.rev", at: "main") == "zyx\n")
            #expect(try scenario.repository.read("a.rev") == "abcd\n")
            #expect(try scenario.repository.read("b.rev") == "xyz\n")
            #expect(try scenario.repository.read("b.txt") == "b\n")
            #expect(try scenario.repository.read("mine.rev") == "mine\n")
            #expect(try scenario.changes() == ["?? mine.rev"])
        }
    }

    @Test(
        "A filtered file the user changed, or one of theirs in the way, stops the landing untouched",
        .timeLimit(.minutes(10))
    )
    func blocked() async throws {
        try await withScenario { scenario in
            try Self.setUp(scenario)
            try scenario.repository.write("edited\n", to: "a.rev")
            try scenario.repository.write("theirs\n", to: "b.rev")
            let base = try scenario.repository.commitID("main")
            let run = try await scenario.run(
                ScriptTaskFile(agents: [
                    ScriptAgent(
                        "A",
                        owns: ["`a.rev`", "`b.rev` (NEW)", "`c.rev` (NEW)"],
                        script: "echo 1 > a.rev\necho 2 > b.rev\necho 3 > c.rev"
                    )
                ])
            )
            #expect(run.landed == [], "\(run.talk)")
            #expect(run.record.workdir?.blockedPaths.sorted() == ["a.rev", "b.rev"], "\(run.talk)")
            #expect(try scenario.repository.commitID("main") == base)
            #expect(try scenario.repository.read("a.rev") == "edited\n")
            #expect(try scenario.repository.read("b.rev") == "theirs\n")
            #expect(try scenario.changes() == [" M a.rev", "?? b.rev"])
        }
    }
}

extension FilterTests {
    @Test("An ignored file of the user where a new one goes stops the landing untouched", .timeLimit(.minutes(10)))
    func ignoredInTheWay() async throws {
        try await withScenario { scenario in
            try Self.setUp(scenario)
            try scenario.repository.write("local\n", to: "c.rev")
            try scenario.repository.write("c.rev\n", to: ".git/info/exclude")
            let agent = ScriptAgent(
                "A",
                owns: ["`a.rev`", "`c.rev` (NEW)"],
                script: "echo 1 > a.rev\necho 3 > c.rev\ngit add -f a.rev c.rev\ngit commit -qm both"
            )
            let run = try await scenario.run(ScriptTaskFile(agents: [agent]))
            #expect(run.landed == [], "\(run.talk)")
            #expect(run.record.workdir?.blockedPaths == ["c.rev"], "\(run.talk)")
            let mine = try scenario.repository.read("c.rev")
            #expect(mine == "local\n")
        }
    }
}

extension Scenario {
    /// `git status` without the task file's folder and reports.
    fileprivate func changes() throws -> [String] {
        try repository.status().split(separator: "\n").map(String.init).filter { !$0.contains("docs/") }
    }
}
