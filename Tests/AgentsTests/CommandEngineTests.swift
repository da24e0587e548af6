import Agents
import ChildProcesses
import Foundation
import RunModel
import TestSupport
import Testing

/// Fake tools print what the real ones were recorded to print.
@Suite("Command engine", .timeLimit(.minutes(10)))
struct CommandEngineTests {
    private func engine(
        _ name: String,
        _ script: String,
        in folder: TemporaryFolder,
        settings: (inout EngineSettings) -> Void = { _ in }
    ) throws -> any Engine {
        let program = try folder.write("#!/bin/sh\n" + script, to: "bin/\(name)", isExecutable: true)
        var entry = EngineSettings(command: [program])
        settings(&entry)
        return try EngineCatalog(settings: [name: entry], searchPath: searchPath, runner: ChildRunner())
            .engine(named: name)
    }

    private static let claudeStart = """
        echo '{"type":"system","subtype":"init","session_id":"s-1","model":"opus","tools":[]}'
        echo 'a line that is no JSON'
        echo '{"message":{"content":[{"type":"tool_use","name":"Bash","input":{"command":"npm test"}}]},"type":"assistant"}'

        """

    private static func result(_ members: String) -> String {
        """
        echo '{\(members),"num_turns":2,"session_id":"s-1","total_cost_usd":0.25,"usage":{"input_tokens":10,\
        "cache_creation_input_tokens":100,"cache_read_input_tokens":1000,"output_tokens":7},"type":"result"}'

        """
    }

    @Test("A successful Claude run tells cost, tokens, session and its last words")
    func claudeSuccess() async throws {
        try await withTemporaryFolder { folder in
            let script =
                "cat > prompt; echo \"$@\" > words; env > environment\n" + Self.claudeStart
                + Self.result(#""subtype":"success","is_error":false,"result":"All done.""#)
            let engine = try engine("claude", script, in: folder)
            let log = EventLog()
            var assignment = Assignment(id: AgentID("A"), title: "T", model: "sonnet")
            assignment.environment = [:]
            let request = try request(in: folder, assignment: assignment, prompt: "Fix “it”.\n")
            let outcome = await engine.run(request, onEvent: log.add)
            #expect(outcome.ending == .exited(code: 0))
            #expect(outcome.reportedSuccess == true)
            #expect(outcome.summary == "All done.")
            #expect(outcome.usage == Usage(inputTokens: 1110, outputTokens: 7, cost: 0.25))
            #expect(outcome.sessionID == "s-1")
            #expect(outcome.failure == nil)
            #expect(log.activities == ["started with opus", "Bash: npm test"])
            #expect(log.all.contains(.usage(outcome.usage)))
            #expect(try folder.read("worktree/prompt") == "Fix “it”.\n")
            #expect(
                try folder.read("worktree/words")
                    == "-p --output-format stream-json --verbose --permission-mode acceptEdits --allowedTools "
                    + "Bash Edit Write NotebookEdit --model sonnet\n"
            )
            #expect(try folder.read("worktree/environment").contains("CLAUDE_CODE_MAX_RETRIES=4\n"))
        }
    }

    @Test("Exit 0 after an interruption is no success")
    func claudeInterrupted() async throws {
        try await withTemporaryFolder { folder in
            let script = Self.claudeStart + Self.result(#""subtype":"error_during_execution","is_error":true"#)
            let outcome = try await engine("claude", script, in: folder).run(try request(in: folder)) { _ in }
            #expect(outcome.ending == .exited(code: 0))
            #expect(outcome.reportedSuccess == false)
            #expect(outcome.summary == "error_during_execution")
            #expect(RetryAdvice.advise(after: outcome, attempt: 1) == .never)
        }
    }

    @Test("An overloaded model is told with the wait it asked for")
    func claudeOverloaded() async throws {
        try await withTemporaryFolder { folder in
            let retry = #"{"type":"system","subtype":"api_retry","attempt":3,"retry_delay_ms":7000,"error_status":529}"#
            let script =
                Self.claudeStart + "echo '\(retry)'\n"
                + Self.result(
                    #""subtype":"success","is_error":true,"terminal_reason":"api_error","api_error_status":529"#
                )
                + "exit 1\n"
            let log = EventLog()
            let outcome = try await engine("claude", script, in: folder).run(try request(in: folder), onEvent: log.add)
            #expect(outcome.failure == EngineFailure(kind: .overloaded, retryAfter: .seconds(7)))
            #expect(log.activities.last == "waits for the model (attempt 3)")
            #expect(RetryAdvice.advise(after: outcome, attempt: 1) == .again(after: .seconds(7)))
            #expect(RetryAdvice.advise(after: outcome, attempt: 4) == .never)
        }
    }

    @Test("A wrong flag, a crash in the middle and a death by signal are told apart")
    func claudeFailures() async throws {
        try await withTemporaryFolder { folder in
            let request = try request(in: folder)
            let usage = try await engine("claude", "echo 'unknown option' >&2; exit 1", in: folder).run(request) { _ in
            }
            #expect(usage.failure == EngineFailure(kind: .usage))
            #expect(usage.reportedSuccess == false)
            #expect(usage.summary == "unknown option")
            #expect(RetryAdvice.advise(after: usage, attempt: 1) == .never)
            let crash = try await engine("claude", Self.claudeStart + "exit 1", in: folder).run(request) { _ in }
            #expect(crash.failure == EngineFailure(kind: .crashed))
            #expect(RetryAdvice.advise(after: crash, attempt: 1) == .again(after: .zero))
            #expect(RetryAdvice.advise(after: crash, attempt: 2) == .never)
            let fault = try await engine("claude", Self.claudeStart + "kill -SEGV $$", in: folder).run(request) { _ in }
            #expect(fault.ending == .signalled(signal: 11))
            #expect(RetryAdvice.advise(after: fault, attempt: 1) == .again(after: .zero))
            let ended = try await engine("claude", Self.claudeStart + "kill $$", in: folder).run(request) { _ in }
            #expect(ended.ending == .signalled(signal: 15))
            #expect(ended.reportedSuccess == false)
            #expect(RetryAdvice.advise(after: ended, attempt: 1) == .never)
        }
    }

    @Test("Denied tool calls are said, although the run counts as a success")
    func claudeDenied() async throws {
        try await withTemporaryFolder { folder in
            let members =
                #""subtype":"success","is_error":false,"result":"Done","#
                + #""permission_denials":[{"tool_name":"Bash"},{"tool_name":"WebFetch"},{"tool_name":"Bash"}]"#
            let script = Self.claudeStart + Self.result(members)
            let outcome = try await engine("claude", script, in: folder).run(try request(in: folder)) { _ in }
            #expect(outcome.summary == "Done\n3 tool calls were denied: Bash, WebFetch")
        }
    }

    @Test("A Codex run sums its turns and tells its last message")
    func codexSuccess() async throws {
        try await withTemporaryFolder { folder in
            let script = """
                cat > prompt; echo "$@" > words
                echo '{"type":"thread.started","thread_id":"t-9"}'
                echo '{"type":"turn.started"}'
                echo '{"type":"item.started","item":{"id":"1","type":"command_execution","command":"cargo test"}}'
                echo '{"type":"item.completed","item":{"id":"2","type":"file_change","changes":[{"path":"a.rs"},{"path":"b.rs"}]}}'
                echo '{"type":"item.completed","item":{"id":"3","type":"agent_message","text":"Both fixed."}}'
                echo '{"type":"turn.completed","usage":{"input_tokens":50,"cached_input_tokens":20,"output_tokens":5}}'

                """
            let log = EventLog()
            let outcome = try await engine("codex", script, in: folder).run(try request(in: folder), onEvent: log.add)
            #expect(outcome.reportedSuccess == true)
            #expect(outcome.summary == "Both fixed.")
            #expect(outcome.usage == Usage(inputTokens: 50, outputTokens: 5))
            #expect(outcome.sessionID == "t-9")
            #expect(log.activities == ["Shell: cargo test", "Edit: a.rs, b.rs", "Both fixed."])
            #expect(try folder.read("worktree/words") == "exec --json --color never -s workspace-write -\n")
            #expect(try folder.read("worktree/prompt") == "Do it.\n")
        }
    }

    @Test("A failed Codex turn is a failure; exit 2 is a wrong command line")
    func codexFailures() async throws {
        try await withTemporaryFolder { folder in
            let start = "echo '{\"type\":\"thread.started\",\"thread_id\":\"t\"}'\n"
            let failed = start + "echo '{\"type\":\"turn.failed\",\"error\":{\"message\":\"stream closed\"}}'; exit 1"
            let request = try request(in: folder)
            let outcome = try await engine("codex", failed, in: folder).run(request) { _ in }
            #expect(outcome.reportedSuccess == false)
            #expect(outcome.summary == "stream closed")
            #expect(outcome.failure == EngineFailure(kind: .other))
            let usage = try await engine("codex", "exit 2", in: folder).run(request) { _ in }
            #expect(usage.failure == EngineFailure(kind: .usage))
        }
    }

    @Test("A program of one's own gets the prompt on standard input and is judged by its exit status")
    func ownCommand() async throws {
        try await withTemporaryFolder { folder in
            let request = try request(in: folder)
            let good = try await engine("mine", "cat; echo working", in: folder).run(request) { _ in }
            #expect(good.ending == .exited(code: 0))
            #expect(good.reportedSuccess == nil)
            #expect(good.summary == "Do it.\nworking")
            let bad = try await engine("mine", "echo trouble >&2; exit 3", in: folder).run(request) { _ in }
            #expect(bad.reportedSuccess == false)
            #expect(bad.summary == "trouble")
            #expect(try folder.read("log/stderr.log") == "trouble\n")
        }
    }

    @Test("A prompt can go into a file or an argument, and is never searched for places")
    func channels() async throws {
        try await withTemporaryFolder { folder in
            let prompt = "Use {model} and {prompt_file}.\n"
            let request = try request(in: folder, prompt: prompt)
            let aider = try engine("aider", "for word; do last=$word; done; cat \"$last\"", in: folder)
            let log = EventLog()
            _ = await aider.run(request, onEvent: log.add)
            #expect(log.output == ["Use {model} and {prompt_file}."])
            let cursor = try engine("cursor", "for word; do last=$word; done; echo \"$last\"", in: folder)
            let other = EventLog()
            _ = await cursor.run(request, onEvent: other.add)
            #expect(other.output.first == "Use {model} and {prompt_file}.")
        }
    }

    @Test("A missing program cannot start, and its check says what to do")
    func missing() async throws {
        try await withTemporaryFolder { folder in
            let catalog = EngineCatalog(searchPath: "/nonexistent", runner: ChildRunner())
            let engine = try catalog.engine(named: "claude")
            var request = try request(in: folder)
            request.environment["PATH"] = "/nonexistent"
            let outcome = await engine.run(request) { _ in }
            let why = "cannot start \"claude\": not in PATH \"/nonexistent\" (install it, or name it by its full path)"
            #expect(outcome.ending == .failedToStart(why: why))
            #expect(outcome.summary == why)
            #expect(RetryAdvice.advise(after: outcome, attempt: 1) == .never)
            let health = await engine.check()
            #expect(!health.isAvailable)
            #expect(health.detail == "`claude` is not in PATH")
            #expect(health.remedy == "install Claude Code, then log in with `claude` or set ANTHROPIC_API_KEY")
        }
    }

    @Test("The check tells version and path")
    func check() async throws {
        try await withTemporaryFolder { folder in
            let engine = try engine("claude", "test \"$1\" = --version && echo '2.1.329 (Claude Code)'", in: folder)
            let health = await engine.check()
            #expect(health.isAvailable)
            #expect(health.version == "2.1.329 (Claude Code)")
            #expect(health.path == folder.appending("bin/claude"))
        }
    }

    @Test("A hanging tool is ended by the limits, and what it said before is kept")
    func hang() async throws {
        try await withTemporaryFolder { folder in
            let limits = ChildLimits(silence: .seconds(1), grace: .seconds(1))
            let request = try request(in: folder, limits: limits)
            let engine = try engine("claude", Self.claudeStart + "sleep 1000", in: folder)
            let outcome = await engine.run(request) { _ in }
            #expect(outcome.ending == .silent(for: .seconds(1)))
            #expect(outcome.reportedSuccess == false)
            #expect(RetryAdvice.advise(after: outcome, attempt: 1) == .never)
        }
    }
}
