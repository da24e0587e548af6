import Agents
import ChildProcesses
import RunModel
import TestSupport
import Testing

@Suite("Script engine", .timeLimit(.minutes(10)))
struct ScriptEngineTests {
    private let engine = ScriptEngine(searchPath: searchPath, runner: ChildRunner())

    private func assignment(_ bodies: [String], language: String = "bash") -> Assignment {
        var line = 10
        let blocks = bodies.map { body in
            defer { line += 20 }
            return ScriptBlock(language: language, body: body, line: line)
        }
        return Assignment(id: AgentID("A"), title: "Scripts", scripts: blocks)
    }

    private func run(
        _ bodies: [String],
        language: String = "bash",
        limits: ChildLimits = ChildLimits(wallClock: .seconds(50), grace: .seconds(1)),
        log: EventLog = EventLog(),
        check: (TemporaryFolder) throws -> Void = { _ in }
    ) async throws -> AttemptOutcome {
        try await withTemporaryFolder { folder in
            let request = try request(in: folder, assignment: assignment(bodies, language: language), limits: limits)
            let outcome = await engine.run(request, onEvent: log.add)
            try check(folder)
            return outcome
        }
    }

    @Test("Blocks run in order in the worktree, each as a program of its own")
    func order() async throws {
        let log = EventLog()
        let outcome = try await run(["x=1; cd /; echo one", "echo \"two ${x-unset} $(basename $PWD)\""], log: log) {
            folder in
            let text = try folder.read("log/stdout.log")
            #expect(text == "one\ntwo unset worktree\n")
        }
        #expect(outcome.ending == .exited(code: 0))
        #expect(outcome.reportedSuccess == true)
        #expect(outcome.summary == "2 blocks ran")
        #expect(log.output == ["one", "two unset worktree"])
        #expect(
            log.activities == [
                "block 1 of 2: x=1; cd /; echo one", "block 2 of 2: echo \"two ${x-unset} $(basename $PWD)\"",
            ]
        )
        #expect(log.starts == 2)
    }

    @Test(
        "The first failure ends the attempt and is named with its line in the task file",
        arguments: [
            ("echo a\nfalse\necho b", 1, "at line 31: false"),
            ("f() {\n  ls /nonexistent\n}\nf", 2, "at line 31: ls /nonexistent"),
            ("true | false | true", 1, "at line 30: true | false | true"),
            ("\n\nexit 7", 7, nil),
            ("nosuchcommand --x", 127, "at line 30: nosuchcommand --x"),
            ("grep x /dev/null || true\nif false; then :; fi\nx=$(false)\n", 1, "at line 32: x=$(false)"),
        ] as [(String, Int32, String?)]
    )
    func failure(body: String, code: Int32, place: String?) async throws {
        let outcome = try await run(["true", body, "echo never"]) { folder in
            let text = try folder.read("log/stdout.log")
            #expect(!text.contains("never"))
        }
        #expect(outcome.ending == .exited(code: code))
        #expect(outcome.reportedSuccess == false)
        #expect(outcome.failure == EngineFailure(kind: .command))
        let end = place.map { " \($0)" } ?? ""
        #expect(outcome.summary == "block 2 of 3 (line 30 of the task file) ended with status \(code)\(end)")
        #expect(RetryAdvice.advise(after: outcome, attempt: 1) == .never)
    }

    @Test(
        "A fence runs in the shell it names",
        arguments: [("sh", "echo $0"), ("python", "import sys; print(sys.argv[0])")]
    )
    func languages(language: String, body: String) async throws {
        let log = EventLog()
        let outcome = try await run([body], language: language, log: log)
        #expect(outcome.ending == .exited(code: 0))
        #expect(log.output.first?.hasSuffix("/log/script-1.sh") == true)
    }

    @Test("A failing sh fence fails as well")
    func plainShell() async throws {
        let outcome = try await run(["false\necho no"], language: "sh")
        #expect(outcome.ending == .exited(code: 1))
        #expect(outcome.summary == "block 1 of 1 (line 10 of the task file) ended with status 1")
    }

    @Test("The wall-clock limit is one for all blocks together")
    func limit() async throws {
        let limits = ChildLimits(wallClock: .milliseconds(900), grace: .seconds(1))
        let outcome = try await run(["sleep 0.2", "sleep 1000", "echo never"], limits: limits)
        #expect(outcome.ending == .timedOut(after: .milliseconds(900)))
        #expect(outcome.duration < .seconds(20))
        #expect(RetryAdvice.advise(after: outcome, attempt: 1) == .never)
    }

    @Test("An assignment without scripts cannot start, and says why")
    func nothing() async throws {
        let outcome = try await run([])
        let why = "agent \"A\" has no shell fence under \"Build\" or \"Steps\" for the engine \"script\" to run"
        #expect(outcome.ending == .failedToStart(why: why))
        #expect(outcome.summary == why)
    }

    @Test("Output over the size limit is dropped from the log and counted, not from the events")
    func logLimit() async throws {
        try await withTemporaryFolder { folder in
            let log = EventLog()
            let request = try request(in: folder, assignment: assignment(["seq 1 10000"]), logLimit: 1000)
            let outcome = await engine.run(request, onEvent: log.add)
            let all = (1...10000).map { "\($0)\n" }.joined()
            #expect(try folder.read("log/stdout.log") == String(all.prefix(1000)))
            #expect(outcome.droppedBytes == all.utf8.count - 1000)
            #expect(log.output.count == 10000)
        }
    }

    @Test("The check wants bash")
    func check() async {
        #expect(await engine.check().isAvailable)
        let health = await ScriptEngine(searchPath: "/nonexistent", runner: ChildRunner()).check()
        #expect(!health.isAvailable)
        #expect(health.detail == "`bash` is not in PATH")
    }
}
