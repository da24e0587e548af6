import Agents
import RunModel
import Testing

@Suite("Engine environment")
struct EngineEnvironmentTests {
    private let base = [
        "PATH": "/bin", "HOME": "/home/ada", "LC_ALL": "C", "LC_TIME": "de", "TERM": "xterm", "USER": "ada",
        "AWS_SECRET_ACCESS_KEY": "x", "GIT_DIR": "/x", "CLAUDECODE": "1", "KEY": "k", "LD_PRELOAD": "x",
    ]

    private func variables(
        _ engine: EngineVariables = EngineVariables(),
        inherit: [String] = [],
        assignment: Assignment = Assignment(id: AgentID("A"), title: "T"),
        extra: [String: String] = [:]
    ) -> [String: String] {
        EngineEnvironment(base: base).variables(
            for: engine,
            inherit: inherit,
            run: RunID("r"),
            assignment: assignment,
            taskFile: "task.md",
            worktree: "/w",
            baseCommit: "abc",
            traceParent: "00-1-2-01",
            extra: extra
        )
    }

    @Test("Nothing is inherited but the fixed few")
    func fixed() {
        #expect(
            variables() == [
                "PATH": "/bin", "HOME": "/home/ada", "LC_ALL": "C", "LC_TIME": "de", "TERM": "xterm",
                "SWITCHYARD_RUN_ID": "r", "SWITCHYARD_AGENT_ID": "A", "SWITCHYARD_TASK_FILE": "task.md",
                "SWITCHYARD_WORKTREE": "/w", "SWITCHYARD_BASE": "abc", "TRACEPARENT": "00-1-2-01",
            ]
        )
    }

    @Test("Named variables are passed on, and a bare star is not a name")
    func named() {
        let engine = EngineVariables(inherited: ["KEY", "MISSING"], fixed: ["F": "1"])
        let result = variables(engine, inherit: ["AWS_*", "*"])
        #expect(result["KEY"] == "k")
        #expect(result["F"] == "1")
        #expect(result["AWS_SECRET_ACCESS_KEY"] == "x")
        #expect(result["MISSING"] == nil)
        #expect(result["GIT_DIR"] == nil)
    }

    @Test("Later sources override earlier ones, and nobody overrides the guard and the run")
    func precedence() {
        let assignment = Assignment(
            id: AgentID("A"),
            title: "T",
            environment: ["F": "2", "GIT_CONFIG_COUNT": "0", "SWITCHYARD_AGENT_ID": "B"]
        )
        let result = variables(
            EngineVariables(fixed: ["F": "1", "HOME": "/other"]),
            assignment: assignment,
            extra: ["GIT_CONFIG_COUNT": "3"]
        )
        #expect(result["F"] == "2")
        #expect(result["HOME"] == "/other")
        #expect(result["GIT_CONFIG_COUNT"] == "3")
        #expect(result["SWITCHYARD_AGENT_ID"] == "A")
    }
}
