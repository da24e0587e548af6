import Foundation
import RunModel
import TestSupport
import Testing

/// Files that git ignores and agents need: `.worktreeinclude` names them.
@Suite("Worktree include")
struct WorktreeIncludeTests {
    private static let files = [
        "README.md": "# Scratch\n", ".gitignore": ".env\ncache/\n*.link\n",
        ".worktreeinclude": ".env\ncache/\nloose.txt\n*.link\n",
    ]

    @Test(
        "Agents and verify commands find the ignored files it names, and nothing of them lands",
        .timeLimit(.minutes(10))
    )
    func copied() async throws {
        try await withScenario(files: Self.files) { scenario in
            try scenario.repository.write("KEY=1\n", to: ".env")
            try scenario.repository.write("warm\n", to: "cache/deep/er/object")
            try scenario.repository.write("loose\n", to: "loose.txt")
            try FileManager.default.createSymbolicLink(
                atPath: scenario.repository.path + "/a.link",
                withDestinationPath: "/etc/passwd"
            )
            let agent = ScriptAgent(
                "A",
                owns: ["`a.txt` (NEW)"],
                script:
                    "cat .env cache/deep/er/object > a.txt\necho KEY=2 > .env\ntest ! -e a.link\ntest ! -e loose.txt"
            )
            let task = ScriptTaskFile(agents: [agent], verify: ["grep -q KEY=1 .env"])
            let run = try await scenario.run(task)
            #expect(run.landed == ["A"], "\(run.talk)")
            #expect(try scenario.repository.text(of: "a.txt", at: "main") == "KEY=1\nwarm\n")
            #expect(try scenario.repository.read(".env") == "KEY=1\n")
            let listed = try scenario.repository.files(at: "main")
            #expect(listed == [".gitignore", ".worktreeinclude", "README.md", "a.txt"])
            let report = try scenario.report(run)
            #expect(report.contains("'loose.txt' is named in '.worktreeinclude' but not ignored"))
            #expect(report.contains("'a.link' is named in '.worktreeinclude' but is no regular file"))
        }
    }

    @Test(
        "More than the limit is an error before any agent starts, and the run resumes once it fits",
        .timeLimit(.minutes(10))
    )
    func tooLarge() async throws {
        try await withScenario(files: Self.files) { scenario in
            try scenario.repository.write(String(repeating: "x", count: 3 << 20), to: "cache/large")
            try scenario.repository.write("worktree_include_limit: 2MiB\n", to: "switchyard.yaml")
            let task = ScriptTaskFile(agents: [ScriptAgent("A", owns: ["`a.txt` (NEW)"], script: "echo a > a.txt")])
            let run = try await scenario.run(task)
            #expect(run.status == 3, "\(run.talk)")
            #expect(run.talk.contains("'.worktreeinclude' names 1 files of 3 MiB"))
            #expect(run.agent("A").attempts.isEmpty)
            try FileManager.default.removeItem(atPath: scenario.repository.path + "/cache/large")
            let id = try #require(run.record.created?.run.rawValue)
            let resumed = try await scenario.call("resume", id)
            #expect(resumed.status == 0, "\(resumed.standardError)")
            #expect(try scenario.repository.text(of: "a.txt", at: "main") == "a\n")
        }
    }
}
