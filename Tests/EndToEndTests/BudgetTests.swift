import Foundation
import RunModel
import TestSupport
import Testing

/// Agents and runs that use up what they may, with an engine that prints the stream of Claude Code.
@Suite("Budgets")
struct BudgetTests {
    /// A script that plays the engine: it answers with counts, and goes on when it is let.
    private static func write(_ scenario: Scenario, settings: String = "") throws {
        let script = """
            #!/bin/sh
            cat > /dev/null
            name=$(echo "$SWITCHYARD_AGENT_ID" | tr A-Z a-z)
            answer() {
                echo '{"type":"assistant","message":{"id":"m'$1'","content":[{"type":"text","text":"works"}],"usage":{"input_tokens":'$2',"output_tokens":100}}}'
            }
            echo '{"type":"system","subtype":"init","model":"scripted","session_id":"s"}'
            answer 1 400
            answer 1 400
            echo "$SWITCHYARD_AGENT_ID" > "$name.txt"
            case $SWITCHYARD_AGENT_ID in
            # It uses 1,100 and would go on for ever.
            G*) answer 2 500; sleep 600 ;;
            esac
            git add -A; git commit -qm "work of $SWITCHYARD_AGENT_ID"
            echo '{"type":"result","subtype":"success","is_error":false,"result":"done","total_cost_usd":0.25,"usage":{"input_tokens":400,"output_tokens":100}}'
            """
        // In the remote's folder, which agents see from inside of their sandbox.
        let path = scenario.remote + "/engine.sh"
        try Data(script.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        let text =
            "engine: scripted\n\(settings)engines:\n  scripted:\n    command: ['\(path)']\n    preset: claude\n"
        try scenario.repository.write(text, to: "switchyard.yaml")
    }

    private static func task(_ ids: String...) -> ScriptTaskFile {
        var task = ScriptTaskFile(
            agents: ids.map { ScriptAgent($0, owns: ["`\($0.lowercased()).txt` (NEW)"], script: "true") }
        )
        task.engine = "scripted"
        return task
    }

    @Test(
        "An agent over its tokens is ended, refused for it with what it had, and the others land",
        .timeLimit(.minutes(10))
    )
    func agentTokens() async throws {
        try await withScenario { scenario in
            try Self.write(scenario, settings: "budget:\n  agent_tokens: 1000\n")
            let run = try await scenario.run(Self.task("A", "G"))
            #expect(run.status == 1, "\(run.talk)")
            #expect(run.landed == ["A"], "\(run.talk)")
            #expect(run.refused == ["G": .budgetExhausted], "\(run.talk)")
            let summary = run.agent("G").refusal?.summary ?? ""
            #expect(summary == "Its budget is used up: used 1100 of 1000 tokens")
            #expect(run.agent("G").attempts.count == 1)
            #expect(run.agent("G").usage.tokens == 1100)
            #expect(run.agent("A").usage == Usage(inputTokens: 400, outputTokens: 100, cost: 0.25))
            let saved = try #require(run.agent("G").saved, "its uncommitted work is kept")
            #expect(try scenario.repository.text(of: "g.txt", at: saved.ref) == "G\n")
            #expect(try scenario.report(run).contains("budget_exhausted"))
        }
    }

    @Test(
        "A run over its budget starts no more agents and says so, and goes on where it was with a larger one",
        .timeLimit(.minutes(10)),
        arguments: [
            (["--budget-usd", "0.50"], ["--budget-usd", "9"], "used $0.50 of $0.50"),
            (["--budget-tokens", "1000"], ["--budget-tokens", "9000"], "used 1000 of 1000 tokens"),
        ]
    )
    func run(limit: [String], raised: [String], said: String) async throws {
        try await withScenario { scenario in
            try Self.write(scenario)
            let run = try await scenario.run(Self.task("A", "B", "C", "D"), options: ["--max-parallel", "1"] + limit)
            #expect(run.status == 3, "\(run.talk)")
            #expect(run.talk.contains("\(said)): agents 'C', 'D' were not started"), "\(run.talk)")
            #expect(run.agent("C").attempts.isEmpty && run.agent("D").attempts.isEmpty)
            #expect(run.agent("A").verdict?.isPassed == true && run.agent("B").verdict?.isPassed == true)
            #expect(run.record.finished == nil)

            let id = try #require(run.record.created?.run.rawValue)
            let same = try await scenario.call("resume", id)
            #expect(same.status == 3, "\(same.standardError)")
            let resumed = try await scenario.call("resume", id, raised[0], raised[1])
            #expect(resumed.status == 0, "\(resumed.standardError)")
            let record = RunRecord(try scenario.latestEntries())
            #expect(record.agents.values.allSatisfy { $0.isLanded && $0.attempts.count == 1 })
        }
    }
}
