import Orchestrator
import RunModel
import Testing

@Suite("Single lines of task files")
struct PlanLineTests {
    /// The plan of a file with one agent, whose part or whose introduction holds a line.
    private func plan(introduction: String = "", part: String = "") -> Plan {
        let text = """
            # Tides

            \(introduction)

            | Agent | Files |
            |---|---|
            | A | `tide/a.py` |
            | B | `tide/b.py` |

            ## Agent A: low
            Do it.

            \(part)

            ## Agent B: high
            Do it.
            """
        return Planner.plan(source: Array(text.utf8), file: "x.md")
    }

    @Test(
        "A line names the base only when a branch is meant",
        arguments: [
            ("Base: `main`", "main"), ("**Lead:** Ida | **Base:** `release/3`", "release/3"),
            ("Base branch: ebb", "ebb"), ("Base branch is trunk. It is old.", "trunk"),
            ("Worktrees are made from `main`.", "main"), ("They live in worktrees of the branch `ebb`.", "ebb"),
            ("> Start: `git switch dev && git pull`", "dev"), ("| | |\n|---|---|\n| Base | `next` |", "next"),
            ("Base: `surface`", nil), ("Base: whatever is green", nil), ("Base branch: none", nil),
            ("The base branch is chosen (see below).", nil),
            ("Start from `tide/a.py`.", nil), ("It starts from `zero`.", nil), ("The base is `4px`.", nil),
        ] as [(String, String?)]
    )
    func base(line: String, branch: String?) {
        #expect(plan(introduction: line).base == branch)
    }

    @Test(
        "A sentence that forbids names its paths; one about a part or an exception forbids nothing",
        arguments: [
            ("Nobody edits `a/b.py`, `c.py` or anything in `d/`.", ["a/b.py", "c.py", "d/"]),
            ("She must not touch `a.py`. She may read `b.py`.", ["a.py"]),
            ("Agent B does not modify `a.py`, but `b.py` it may.", ["a.py"]),
            ("**No agent may change `a.py` (see `b.py`).**", ["a.py"]),
            ("No agent may touch anything outside `src/`.", []), ("She does not change `run()` in `a.py`.", []),
            ("When it must not touch `a.py`, it says so.", []), ("`a.py` is never edited.", []),
        ]
    )
    func prohibition(line: String, paths: [String]) {
        #expect(plan(introduction: line).readOnly.map(\.description) == paths)
    }

    @Test(
        "A label of one line gives the commit message; advice gives none",
        arguments: [
            ("Commit: `tide: lower`", "tide: lower"), ("**Commit:** tide: lower", "tide: lower"),
            ("Commit:\ntests: lower", "tests: lower"), ("- Commit: \"Lower\"", "Lower"),
            ("Commit as `Lower`.", "Lower"), ("💾 **Commit**\n> Lower\n>\n> Much.", "Lower\n\nMuch."),
            ("Commit: git add a && git commit -m \"Lower\"", "Lower"),
            ("Commit: early and often", nil), ("3. Commit: `tide: lower`", nil), ("Commit: `git add a.py`", nil),
        ] as [(String, String?)]
    )
    func commit(line: String, message: String?) {
        #expect(plan(part: line).assignments.first?.commitMessage == message)
    }

    @Test(
        "An agent waits for those its own text names",
        arguments: [
            "It starts after B has landed.", "Needs the charts of B. Runs after both.",
            "⏳ Blocked by: Agent B (charts)",
        ]
    )
    func waiting(line: String) {
        #expect(plan(part: line).waves.map { $0.agents.map(\.rawValue) } == [["B"], ["A"]])
    }

    @Test(
        "A scope in prose, or beside a row of the table, gives no file away",
        arguments: [
            "Scope: only the low water, the rest is in `tide/c.py`", "Scope:\n- the part of `tide/c.py` below",
            "**Scope**\n- `tide/c.py` is near",
        ]
    )
    func scope(line: String) {
        #expect(plan(part: line).assignments.first?.ownership.owned.map(\.pattern.text) == ["tide/a.py"])
    }

    @Test("An agent whose files nobody lists owns what its own text says it owns")
    func owning() throws {
        let text = """
            ## Agent North: ebb
            That means North owns `tide/low/`, which does not exist yet, and in `tide/a.py` only the function `ebb()`. \
            North also owns `tide/b.py`. South owns `tide/c.py`.

            ## Agent South: flood
            South owns `tide/c.py`, but nothing in `tide/low/`.
            """
        let plan = Planner.plan(source: Array(text.utf8), file: "x.md")
        let north = try #require(plan.assignments.first).ownership.owned
        #expect(north.map(\.pattern.description) == ["tide/low/", "tide/a.py", "tide/b.py"])
        #expect(north.map(\.isNew) == [true, false, false] && north[1].region?.symbols == ["ebb"])
        #expect(plan.assignments.last?.ownership.owned == [])
    }

    @Test("A list of the agents beside their calls is only an overview")
    func calls() {
        let text = """
            # Tides

            ## Agents
            - **Agent A: low**
              - owns `tide/a.py`
            - **Agent B: high**
              - owns `tide/b.py`

            Task(description="Agent A: low", prompt=\"\"\"
            Measure the ebb.
            \"\"\")
            Task(description="Agent B: high", prompt=\"\"\"
            Measure the flood.
            \"\"\")
            """
        let plan = Planner.plan(source: Array(text.utf8), file: "x.md")
        #expect(plan.assignments.map(\.prompt) == ["\nMeasure the ebb.\n", "\nMeasure the flood.\n"])
    }

    @Test("Terminals as top headings are agents when there are several")
    func terminals() {
        let text = "# Terminal 1: ebb\ngo\n\n# Terminal 2: flood\ngo\n\n# Merge\n\n2 -> 1\n"
        let plan = Planner.plan(source: Array(text.utf8), file: "x.md")
        #expect(plan.mergeOrder.map(\.rawValue) == ["2", "1"])
    }
}
