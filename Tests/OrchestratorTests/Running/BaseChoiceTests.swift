import Orchestrator
import RunModel
import Testing

@Suite("Base choice")
struct BaseChoiceTests {
    private func choose(
        wanted: String? = nil,
        plan: Plan = FactSamples.plan(),
        branches: Set<String> = ["main", "topic"],
        current: String? = "topic",
        isUnborn: Bool = false
    ) throws -> String {
        try BaseChoice.branch(
            named: wanted,
            plan: plan,
            facts: BaseChoice.Facts(branches: branches, current: current, isUnborn: isUnborn)
        )
    }

    @Test("The task file's branch wins over the settings, the pre-flight and the checked-out branch")
    func taskFileFirst() throws {
        var plan = FactSamples.plan()
        plan.preflight = [PreflightStep(command: "git checkout main", handling: .native, line: 1)]
        #expect(try choose(plan: plan) == "main")
        #expect(try choose(wanted: "topic", plan: plan) == "topic")
        plan.base = "main"
        #expect(try choose(wanted: "topic", plan: plan) == "main")
    }

    @Test("The local branch that is pushed is the base before the one checked out; others are not")
    func pushed() throws {
        var plan = FactSamples.plan()
        plan.push = PushTarget(remote: "origin", branch: "main")
        #expect(try choose(plan: plan) == "main")
        for branch in ["HEAD", "elsewhere"] {
            plan.push = PushTarget(remote: "origin", branch: branch)
            #expect(try choose(plan: plan) == "topic")
        }
    }

    @Test("Without any name the checked-out branch is the base, and main when HEAD is detached")
    func fallbacks() throws {
        var plan = FactSamples.plan()
        plan.push = nil
        #expect(try choose(plan: plan) == "topic")
        #expect(try choose(plan: plan, current: nil) == "main")
        #expect(try choose(plan: plan, branches: ["master"], current: nil) == "master")
    }

    @Test(
        "A pre-flight checkout of a file or with options names no branch",
        arguments: [
            "git checkout -b new", "git checkout main -- file", "git checkout", "cd main",
        ]
    )
    func noBranch(command: String) throws {
        var plan = FactSamples.plan()
        plan.preflight = [PreflightStep(command: command, handling: .native, line: 1)]
        plan.push = nil
        #expect(try choose(plan: plan) == "topic")
    }

    @Test("What cannot be a base is refused with the branches there are")
    func errors() {
        let missing = #expect(throws: OrchestratorError.self) { try choose(wanted: "nope") }
        #expect(
            missing?.description
                == "The base branch 'nope' does not exist in this repository. Local branches: 'main', 'topic'. "
                + "Name one with 'base:' in the task file or the settings."
        )
        let unborn = #expect(throws: OrchestratorError.self) {
            try choose(branches: [], current: "main", isUnborn: true)
        }
        #expect(
            unborn?.description
                == "The base branch 'main' has no commit yet. "
                + "Agents need a commit to start from: commit something, then run again."
        )
        let detached = #expect(throws: OrchestratorError.self) { try choose(branches: ["topic"], current: nil) }
        #expect(detached?.code == .baseUnusable)
    }
}
