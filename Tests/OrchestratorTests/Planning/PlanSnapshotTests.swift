import Orchestrator
import RunModel
import TestSupport
import Testing

@Suite("Plans of task files in real shapes")
struct PlanSnapshotTests {
    @Test("A task file is read completely", arguments: TaskFileFixture.allCases)
    func plan(fixture: TaskFileFixture) throws {
        let data = try JSONText.encode(PlanDocument(try fixture.plan()), isPretty: true)
        let text = String(decoding: data, as: UTF8.self) + "\n"
        Snapshot.expect(text, matches: fixture.rawValue + ".json", normalizing: .none)
    }

    @Test(
        "All findings are shown at once, each with its line and a caret",
        arguments: [TaskFileFixture.broken, .none, .ownerTable]
    )
    func findings(fixture: TaskFileFixture) throws {
        let text = FindingRenderer().render(
            try fixture.plan().findings,
            file: fixture.file,
            source: try fixture.bytes()
        )
        Snapshot.expect(text, matches: fixture.rawValue + ".txt", normalizing: .none)
    }

    @Test("The same bytes give the same plan", arguments: TaskFileFixture.allCases)
    func determinism(fixture: TaskFileFixture) throws {
        #expect(try fixture.plan() == fixture.plan())
    }

    @Test("Line ends of Windows, a byte order mark and a missing last newline change nothing but the prompt's bytes")
    func lineEnds() throws {
        let plain = try TaskFileFixture.callPrompts.plan()
        var windows: [UInt8] = [0xEF, 0xBB, 0xBF]
        for byte in try TaskFileFixture.callPrompts.bytes() {
            if byte == 0x0A { windows.append(0x0D) }
            windows.append(byte)
        }
        windows.removeLast(2)
        var other = Planner.plan(source: windows, file: "call-prompts.md")
        #expect(other.assignments.map(\.prompt) == plain.assignments.map { $0.prompt.replacing("\n", with: "\r\n") })
        for index in other.assignments.indices { other.assignments[index].prompt = plain.assignments[index].prompt }
        #expect(other.assignments == plain.assignments)
        #expect(
            other.mergeOrder == plain.mergeOrder && other.collect == plain.collect && other.findings == plain.findings
        )
    }

    @Test("Bytes that are not UTF-8 are a warning, not a crash")
    func invalidBytes() throws {
        let plan = Planner.plan(
            source: Array("# X\n\n### Agent A: b\n\nDo \u{1}".utf8) + [0xFF, 0xFE, 0x0A],
            file: "x.md"
        )
        #expect(plan.findings.contains { $0.code == "invalid-utf8" && $0.line == 5 })
        #expect(plan.assignments.map(\.id.rawValue) == ["A"])
    }

    @Test("A file list reveals wrong counts and new files that exist")
    func baseFiles() throws {
        let files = ["stand/signs/a.svg", "stand/prices.json", "docs/WEIGHING.md"]
        let weighing = try TaskFileFixture.callPrompts.plan(options: PlannerOptions(baseFiles: files))
        #expect(weighing.findings.map(\.code) == ["new-exists"])
        let text = "| Agent | Files |\n|---|---|\n| A | `src/*.c` (3) |\n\n### Agent A: x\n\ngo\n"
        let plan = Planner.plan(source: Array(text.utf8), file: "x.md", options: PlannerOptions(baseFiles: ["src/a.c"]))
        #expect(plan.findings.map(\.code) == ["count-mismatch"])
    }

    @Test("Overlaps are refused, or put into waves one after the other")
    func serializing() throws {
        let text = """
            | Agent | Files |
            |---|---|
            | A | `src/` |
            | B | `src/b.c` |
            | C | `SRC/*.c` |

            ### Agent A: x
            go
            ### Agent B: x
            go
            ### Agent C: x
            go
            """
        let refused = Planner.plan(source: Array(text.utf8), file: "x.md")
        #expect(refused.findings.count { $0.severity == .error } == 3)
        let serial = Planner.plan(
            source: Array(text.utf8),
            file: "x.md",
            options: PlannerOptions(isSerializingOverlaps: true)
        )
        #expect(serial.waves.map { $0.agents.map(\.rawValue) } == [["A"], ["B"], ["C"]])
        #expect(serial.findings.isEmpty)
    }
}
