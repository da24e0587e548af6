import Foundation
import RunModel
import TestSupport
import Testing

/// Engines of other makers, played by shell scripts that print the lines those print.
@Suite("Command engines")
struct EngineTests {
    /// Stands in for Claude Code: does the work of the agent it is called for, and answers as a stream of JSON lines.
    private static let claude = #"""
        #!/bin/sh
        case "$1" in --version) echo '2.1.0 (Claude Code)'; exit 0 ;; esac
        prompt=$(cat)
        echo '{"type":"system","subtype":"init","session_id":"session-'$SWITCHYARD_AGENT_ID'","model":"opus","tools":[]}'
        echo 'a line that is no JSON'
        echo '{"type":"assistant","message":{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"Write","input":{"file_path":"cl.txt"}}],"usage":{"input_tokens":999999}},"parent_tool_use_id":null}'
        case $SWITCHYARD_AGENT_ID in
        CL)
            case $prompt in *'Write the file in French.'*) echo bonjour > cl.txt ;; *) echo hello > cl.txt ;; esac
            git add cl.txt && git commit -qm 'feat: by claude'
            echo '{"subtype":"success","is_error":false,"num_turns":3,"result":"Wrote the file.","session_id":"session-CL","total_cost_usd":0.4321,"usage":{"input_tokens":1000,"output_tokens":234,"cache_creation_input_tokens":200,"cache_read_input_tokens":34},"permission_denials":[],"type":"result"}' ;;
        CE)
            echo half > ce.txt
            echo '{"type":"result","subtype":"success","is_error":true,"result":"I could not finish: the tool is gone.","session_id":"session-CE","total_cost_usd":0.05,"usage":{"input_tokens":10,"output_tokens":5}}' ;;
        CQ)
            echo quiet > cq.txt ;;
        esac
        exit 0
        """#

    /// Stands in for Codex.
    private static let codex = #"""
        #!/bin/sh
        case "$1" in --version) echo 'codex-cli 0.99.0'; exit 0 ;; esac
        cat > /dev/null
        echo '{"type":"thread.started","thread_id":"thread-'$SWITCHYARD_AGENT_ID'"}'
        echo '{"type":"turn.started"}'
        case $SWITCHYARD_AGENT_ID in
        CX)
            echo codex > cx.txt
            echo '{"type":"item.completed","item":{"id":"1","type":"file_change","changes":[{"path":"cx.txt","kind":"add"}],"status":"completed"}}'
            echo '{"type":"item.completed","item":{"id":"2","type":"agent_message","text":"Done."}}'
            echo '{"type":"turn.completed","usage":{"input_tokens":4000,"cached_input_tokens":100,"output_tokens":321}}' ;;
        CF)
            echo '{"type":"turn.failed","error":{"message":"the model said no"}}'
            exit 1 ;;
        esac
        """#

    private static let ids = ["CL", "CE", "CQ", "CX", "CF"]

    @Test(
        "Claude and Codex are run as they ask for it; their word, cost and tokens reach the report",
        .timeLimit(.minutes(10))
    )
    func commandEngines() async throws {
        try await withScenario { scenario in
            let repository = scenario.repository
            // Inside of the repository's folder, where a sandboxed agent can read them.
            for (name, text) in ["claude": Self.claude, "codex": Self.codex] {
                try repository.write(text, to: ".git/tools/\(name)", isExecutable: true)
            }
            var task = ScriptTaskFile(
                agents: Self.ids.map {
                    ScriptAgent(
                        $0,
                        owns: ["`\($0.lowercased()).txt` (NEW)"],
                        note: "Write the file in French.",
                        script: "true"
                    )
                }
            )
            task.frontMatter =
                ["agents:"]
                + Self.ids.flatMap { id in
                    ["  \(id):", "    engine: \(["CX", "CF"].contains(id) ? "codex" : "claude")"]
                }
            let path = scenario.environment["PATH", default: ""]
            let run = try await scenario.run(
                task,
                options: ["--max-parallel", "5"],
                adding: ["PATH": repository.path + "/.git/tools:" + path, "SWITCHYARD_MAX_ATTEMPTS": "1"]
            )

            #expect(run.status == 1, "\(run.talk)")
            #expect(run.landed == ["CL", "CX"], "\(run.talk)")
            #expect(try repository.read("cl.txt") == "bonjour\n", "the prompt came on standard input")
            #expect(try repository.read("cx.txt") == "codex\n")

            let claude = try #require(run.agent("CL").attempts.last?.finished?.outcome)
            #expect(claude.usage == Usage(inputTokens: 1_234, outputTokens: 234, cost: 0.4321))
            #expect(claude.sessionID == "session-CL")
            #expect(claude.summary == "Wrote the file.")
            let codex = try #require(run.agent("CX").attempts.last?.finished?.outcome)
            #expect(codex.usage == Usage(inputTokens: 4_000, outputTokens: 321))
            #expect(codex.sessionID == "thread-CX")

            #expect(run.refused["CE"] == .engineFailure)
            #expect(run.agent("CE").attempts.last?.finished?.outcome.ending == .exited(code: 0))
            #expect(run.agent("CE").refusal?.summary.contains("the tool is gone") == true)
            let kept = try #require(run.agent("CE").saved, "half of a work is kept too")
            #expect(try repository.text(of: "ce.txt", at: kept.ref) == "half\n")
            #expect(
                run.refused["CQ"] == .engineFailure,
                "without its closing line the engine has not said that it is done"
            )
            #expect(run.refused["CF"] == .engineFailure)
            #expect(run.agent("CF").refusal?.summary.contains("the model said no") == true)

            let row = try scenario.reportRow(run, "CL")
            #expect(row.contains("0.43"), "\(row)")
            #expect(row.contains("1,468"), "\(row)")
            #expect(try scenario.report(run).contains("the model said no"))
        }
    }
}
