import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

/// What a person reads who mistypes, or whose surroundings are not ready: the text in full, and the exit status.
@Suite("Command errors")
struct CommandErrorTests {
    private static let task = ScriptTaskFile(
        agents: [
            ScriptAgent("A", owns: ["`a.txt` (NEW)"], script: "echo a > a.txt"),
            ScriptAgent("B", owns: ["`b.txt` (NEW)"], script: "echo b > b.txt"),
        ]
    )

    /// One call that fails: how the file differs from the good one, the words behind `switchyard`, and the status.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var name: String
        var status: Int32
        var words: [String]
        var files: [String: String] = [:]
        var environment: [String: String] = [:]

        var testDescription: String { name }
    }

    private static let mistakes: [Mistake] = [
        Mistake(name: "missing-file", status: 2, words: ["run", "tasks/godo.md"]),
        Mistake(name: "folder", status: 2, words: ["run", "tasks"]),
        Mistake(
            name: "no-agents",
            status: 2,
            words: ["run", "tasks/notes.md"],
            files: ["tasks/notes.md": "# Notes\n\nNothing to do here.\n\n## Later\n\nBuy seeds.\n"]
        ),
        Mistake(name: "empty-file", status: 2, words: ["run", "tasks/empty.md"], files: ["tasks/empty.md": ""]),
        Mistake(
            name: "overlap",
            status: 2,
            words: ["run", "tasks/overlap.md"],
            files: ["tasks/overlap.md": task.text.replacing("`b.txt` (NEW)", with: "`a.txt`, `*.txt`")]
        ),
        Mistake(
            name: "bad-front-matter",
            status: 2,
            words: ["run", "tasks/bad.md"],
            files: ["tasks/bad.md": task.text.replacing("engine: script", with: "engin: script\nmax_parallel: many")]
        ),
        Mistake(
            name: "unknown-engine",
            status: 2,
            words: ["run", "tasks/good.md", "--engine", "cloude"],
            files: [
                "tasks/good.md": task.text.replacing("engine: script\n", with: "base: main\n")
            ]
        ),
        Mistake(
            name: "missing-engine",
            status: 3,
            words: ["run", "tasks/claude.md"],
            files: ["tasks/claude.md": task.text.replacing("engine: script", with: "engine: claude")]
        ),
        Mistake(name: "unknown-agent", status: 2, words: ["run", "tasks/good.md", "--only", "A,b1"]),
        Mistake(
            name: "missing-base",
            status: 3,
            words: ["run", "tasks/base.md"],
            files: ["tasks/base.md": task.text.replacing("engine: script", with: "engine: script\nbase: develop")]
        ),
        Mistake(
            name: "bad-settings",
            status: 2,
            words: ["run", "tasks/good.md"],
            files: ["switchyard.yaml": "engine: script\nmax_paralel: 3\ngrace: soon\nengines:\n  mine: {}\n"]
        ),
        Mistake(
            name: "broken-settings",
            status: 2,
            words: ["run", "tasks/good.md"],
            files: ["switchyard.yaml": "engine: [script\npush: true\n"]
        ),
        Mistake(
            name: "bad-variable",
            status: 2,
            words: ["run", "tasks/good.md"],
            environment: ["SWITCHYARD_MAX_PARALLEL": "0"]
        ),
        Mistake(name: "bad-flag-value", status: 2, words: ["run", "tasks/good.md", "--sandbox", "maybe"]),
        Mistake(name: "unknown-flag", status: 2, words: ["run", "tasks/good.md", "--paralel", "3"]),
        Mistake(name: "unknown-command", status: 2, words: ["rum"]),
        Mistake(name: "nothing-to-resume", status: 2, words: ["resume"]),
        Mistake(name: "unknown-run", status: 2, words: ["resume", "20200101"]),
        Mistake(name: "cancel-unknown", status: 2, words: ["cancel", "latest"]),
        Mistake(name: "report-unknown", status: 2, words: ["runs", "report", "latest"]),
    ]

    @Test(
        "Each mistake has its text and its exit status, and changes nothing",
        .timeLimit(.minutes(10)),
        arguments: mistakes
    )
    func mistake(_ mistake: Mistake) async throws {
        try await withScenario { scenario in
            let repository = scenario.repository
            try repository.write(Self.task.text, to: "tasks/good.md")
            for (name, text) in mistake.files { try repository.write(text, to: name) }
            let before = try repository.refs()
            let output = try await scenario.execute(
                [scenario.tool] + mistake.words,
                limitInSeconds: 50,
                adding: ["PATH": "/usr/bin:/bin"].merging(mistake.environment) { $1 }
            )
            #expect(output.status == mistake.status, "\(output.standardError)")
            #expect(output.standardOutput.isEmpty, "errors are talk: \(output.standardOutput)")
            Snapshot.expect(
                output.standardError,
                matches: mistake.name + ".txt",
                normalizing: Self.normalizer(scenario)
            )
            #expect(try repository.refs() == before)
        }
    }

    @Test("Outside of a repository, and in one without a commit, the text says what to do", .timeLimit(.minutes(10)))
    func surroundings() async throws {
        try await withScenario { scenario in
            let folder = scenario.repository.folder
            try folder.write(Self.task.text, to: "empty/good.md")
            let outside = try await Self.call(scenario, in: folder.appending("empty"))
            #expect(outside.status == 3)
            Snapshot.expect(outside.standardError, matches: "no-repository.txt", normalizing: Self.normalizer(scenario))

            try scenario.repository.git(in: folder.appending("empty"), "init", "-q", "-b", "main")
            let unborn = try await Self.call(scenario, in: folder.appending("empty"))
            #expect(unborn.status == 3)
            Snapshot.expect(
                unborn.standardError,
                matches: "unborn-base.txt",
                normalizing: Self.normalizer(scenario, RunStore(state: folder.appending("empty/.switchyard")))
            )

            try scenario.repository.write("theirs\n", to: "README.md")
            try scenario.repository.git("commit", "-qam", "mine")
            try scenario.repository.git("checkout", "-q", "-b", "side", "HEAD~1")
            try scenario.repository.write("other\n", to: "README.md")
            try scenario.repository.git("commit", "-qam", "other")
            _ = try scenario.repository.tryGit("merge", "main")
            // One that pushes main would land there, and leave this branch alone.
            var task = Self.task
            task.pushes = false
            try scenario.repository.folder.write(task.text, to: "main/good.md")
            let conflicted = try await Self.call(scenario, in: scenario.repository.path)
            #expect(conflicted.status == 3)
            Snapshot.expect(
                conflicted.standardError,
                matches: "unfinished-merge.txt",
                normalizing: Self.normalizer(scenario)
            )
        }
    }

    @Test(
        "A run that is going on is not resumed by a second process, and one that has ended is not either",
        .timeLimit(.minutes(10))
    )
    func activeRun() async throws {
        try await withScenario { scenario in
            // The agent itself calls the tool: only then is the run certain to be active.
            let asked = scenario.repository.folder.appending("asked")
            let script = """
                run=$SWITCHYARD_RUN_ID
                cd \(scenario.repository.path)
                for word in resume 'runs show'; do
                    env -u SWITCHYARD_RUN_ID -u SWITCHYARD_AGENT_ID -u SWITCHYARD_TASK_FILE -u SWITCHYARD_WORKTREE \\
                        -u SWITCHYARD_BASE \(scenario.tool) $word $run > \(asked)-out 2> \(asked)-${word%% *} < /dev/null && status=0 || status=$?
                    echo $status >> \(asked)
                done
                """
            let run = try await scenario.run(
                ScriptTaskFile(agents: [ScriptAgent("A", owns: ["`a.txt`"], script: script + "\ncd -\necho a > a.txt")]
                ),
                options: ["--sandbox", "off"]
            )
            #expect(run.status == 0, "\(run.talk)")
            let id = try #require(run.record.created?.run.rawValue)
            let normalizer = Self.normalizer(scenario).replacing(id, with: "<run>")
            let folder = scenario.repository.folder
            #expect(try folder.read("asked") == "2\n0\n")
            Snapshot.expect(try folder.read("asked-resume"), matches: "active-run.txt", normalizing: normalizer)

            let again = try await scenario.call("resume", id)
            #expect(again.status == 2)
            Snapshot.expect(again.standardError, matches: "ended-run.txt", normalizing: normalizer)
        }
    }

    private static func call(_ scenario: Scenario, in folder: String) async throws -> GitFixture.Output {
        try await scenario.execute([scenario.tool, "run", "good.md"], in: folder, limitInSeconds: 50)
    }

    private static func normalizer(_ scenario: Scenario, _ store: RunStore? = nil) -> SnapshotNormalizer {
        var normalizer = SnapshotNormalizer().replacing(scenario.repository.folder.path, with: "<folder>")
        if let run = (store ?? scenario.store).list().first {
            normalizer = normalizer.replacing(run.rawValue, with: "<run>")
        }
        return normalizer
    }
}
