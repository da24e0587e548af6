import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

@Suite("Properties of reading and planning")
struct PlanPropertyTests {
    @Test("A rendered ownership table reads back, whatever the order of its columns", arguments: SeededRandom.seeds(60))
    func tables(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var expected: [String: [String]] = [:]
        var rows: [String] = []
        let isFlipped = random.oneIn(2)
        for index in 0..<random.int(in: 1...6) {
            let id = "\(index + 1)\(random.pick(["A", "B", "C"]))"
            let paths = (0..<random.int(in: 1...4)).map {
                "\(random.word())/\(index)-\($0).\(random.pick(["py", "ts", "md"]))"
            }
            expected[id] = paths
            let cell = paths.map { random.oneIn(2) ? "`\($0)`" : $0 }.joined(separator: ", ")
            let owner = random.pick([id, "Agent \(id)", "**\(id)**", "`\(id)`"])
            rows.append(isFlipped ? "| \(cell) | x | \(owner) |" : "| \(owner) | x | \(cell) |")
        }
        var text =
            "# T1: x\n\n" + (isFlipped ? "| Files | Note to self | Owner |" : "| Agent | Other | Owned Files |")
            + "\n|---|:-:|---|\n"
        text += rows.joined(separator: "\n") + "\n\n"
        for id in expected.keys.sorted() { text += "### Agent \(id): \(random.word())\n\ngo\n\n" }
        let plan = Planner.plan(source: Array(text.utf8), file: "x.md")
        let read = Dictionary(
            uniqueKeysWithValues: plan.assignments.map { ($0.id.rawValue, $0.ownership.owned.map(\.pattern.text)) }
        )
        #expect(read == expected, "\(random)\n\(text)")
    }

    @Test(
        "Serialised waves never overlap, hold each agent once and respect dependencies",
        arguments: SeededRandom.seeds(60)
    )
    func waves(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let ids = (1...random.int(in: 2...9)).map { "W\($0)" }
        var text = "| Agent | Files | Depends on |\n|---|---|---|\n"
        for (index, id) in ids.enumerated() {
            let path = random.pick(["src/a.c", "src/*.c", "src/", "lib/b.c", "SRC/A.c", "**/*.c", "doc/\(index).md"])
            let needs = index > 0 && random.oneIn(3) ? ids[random.int(in: 0...index - 1)] : "-"
            text += "| \(id) | `\(path)` | \(needs) |\n"
        }
        for id in ids { text += "\n### Agent \(id): x\n\ngo\n" }
        let plan = Planner.plan(
            source: Array(text.utf8),
            file: "x.md",
            options: PlannerOptions(isSerializingOverlaps: true)
        )
        #expect(plan.waves.flatMap(\.agents).sorted() == ids.map { AgentID($0) }.sorted(), "\(random)")
        var done: Set<AgentID> = []
        for wave in plan.waves {
            let members = wave.agents.compactMap { plan[$0] }
            for member in members { #expect(Set(member.dependsOn).isSubset(of: done), "\(random)\n\(text)") }
            for (index, left) in members.enumerated() {
                for right in members[(index + 1)...] {
                    for a in left.ownership.owned {
                        for b in right.ownership.owned {
                            #expect(!PatternOverlap.isPossible(a.pattern, b.pattern), "\(random)\n\(text)")
                        }
                    }
                }
            }
            done.formUnion(wave.agents)
        }
    }

    @Test("Patterns meet exactly when some path matches both")
    func overlaps() {
        let cases: [(String, String, Bool)] = [
            ("a/*.c", "a/b.c", true), ("a/*.c", "a/b/c.c", false), ("a/**", "a/b/c.c", true), ("a/", "a/b", true),
            ("a/", "ab", false),
            ("*.md", "README.md", true), ("{x,y}/a", "y/a", true), ("{x,y}/a", "z/a", false), ("a/*x", "a/y*", true),
            ("A/b", "a/B", true),
            ("a?c", "abc", true), ("a?c", "a/c", false), ("**/t.py", "t.py", true), ("a/*/c", "a/b/**", true),
            ("web/[id]/p", "web/i/p", false),
        ]
        for (left, right, isMet) in cases {
            #expect(
                PatternOverlap.isPossible(PathShape.pattern(left), PathShape.pattern(right)) == isMet,
                "\(left) and \(right)"
            )
            #expect(
                PatternOverlap.isPossible(PathShape.pattern(right), PathShape.pattern(left)) == isMet,
                "\(right) and \(left)"
            )
        }
    }

    @Test("Paths in prose, routes and prohibitions give no ownership")
    func prose() {
        let text = """
            ### Agent A: x

            ### Files Owned
            - Note: do not touch `web/app.py`, it is B's
            - /join-beta and /health
            - see https://example.org/a.py
            - `src/a.py`
            The rest lives in `src/b.py`.

            ### Tests
            - `index()` in `src/c.py` returns 200
            - Test `pages/d.html` loads
            """
        let plan = Planner.plan(source: Array(text.utf8), file: "x.md")
        #expect(plan.assignments.first?.ownership.owned.map(\.pattern.text) == ["src/a.py"])
        #expect(plan.assignments.first?.tests == [])
    }

    @Test("A caret stands under its character behind tabs and wide letters")
    func carets() {
        let finding = Finding(.error, "bad", "no", line: 1, column: 4, hint: "do")
        let text = FindingRenderer().render([finding], file: "f", source: Array("\t語x!".utf8))
        #expect(text == "f:1:4: error[bad]: no\n   |\n 1 |     語x!\n   |        ^\n   = hint: do\n\n1 error\n")
        let colour = FindingRenderer(isColoured: true).render([finding], file: "f", source: [])
        #expect(colour.contains("\u{1B}[1;31merror[bad]\u{1B}[0m"))
    }
}
