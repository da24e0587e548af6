import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

@Suite("Mutated task files")
struct PlanFuzzTests {
    /// Inputs of an ordinary test run; `SWITCHYARD_FUZZ_COUNT` asks for more.
    static let count = ProcessInfo.processInfo.environment["SWITCHYARD_FUZZ_COUNT"].flatMap { Int($0) } ?? 300

    @Test(
        "No mutation crashes the reader, hangs it, or makes it look at lines again and again",
        .timeLimit(.minutes(60))
    )
    func mutations() throws {
        let fixtures = try TaskFileFixture.allCases.map { try $0.bytes() }
        for seed in 1...UInt64(max(1, Self.count)) {
            var random = SeededRandom(seed: seed)
            var bytes = random.pick(fixtures)
            for _ in 0..<random.int(in: 1...4) { Self.mutate(&bytes, fixtures, &random) }
            let taskFile = TaskFileParser.parse(bytes, file: "fuzz.md")
            let plan = Planner.plan(taskFile)
            let lines = max(20, bytes.count { $0 == 0x0A } + 1)
            #expect(taskFile.steps <= 150 * lines, "\(random)")
            #expect(plan.waves.flatMap(\.agents).count == plan.assignments.count, "\(random)")
            #expect(Set(plan.mergeOrder) == Set(plan.assignments.map(\.id)), "\(random)")
            #expect(
                !FindingRenderer().render(plan.findings, file: "fuzz.md", source: bytes).isEmpty
                    || plan.findings.isEmpty
            )
        }
    }

    @Test(
        "Four times the lines cost four times the steps",
        arguments: ["```\n", "Task(prompt=\"\"\"\n", "### Agent A: x\n```\nTask(prompt=\"x\n", "<!--\n", "~~~a\n"]
    )
    func growth(unit: String) {
        let small = TaskFileParser.parse(String(repeating: unit, count: 500), file: "x.md").steps
        let large = TaskFileParser.parse(String(repeating: unit, count: 2_000), file: "x.md").steps
        #expect(large <= small * 5, "\(small) steps became \(large)")
    }

    private static func mutate(_ bytes: inout [UInt8], _ fixtures: [[UInt8]], _ random: inout SeededRandom) {
        guard !bytes.isEmpty else {
            bytes = random.pick(fixtures)
            return
        }
        switch random.int(in: 0...4) {
        case 0:
            for _ in 0..<random.int(in: 1...20) {
                bytes[random.int(in: 0...bytes.count - 1)] = UInt8(random.int(in: 0...255))
            }
        case 1:
            var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
            for _ in 0..<8 { lines.swapAt(random.int(in: 0...lines.count - 1), random.int(in: 0...lines.count - 1)) }
            bytes = Array(lines.joined(separator: [0x0A]))
        case 2: bytes.removeLast(random.int(in: 0...bytes.count - 1))
        case 3:
            let other = random.pick(fixtures)
            let start = random.int(in: 0...other.count)
            let end = min(other.count, start + random.int(in: 0...2_000))
            bytes.insert(contentsOf: other[start..<end], at: random.int(in: 0...bytes.count))
        default:
            let pieces = [
                "```\n", "~~~\n", "\"\"\"", "Task(prompt=\"\"\"\n", "---\n", "| A | `x` |\n", "### Agent A: x\n",
                "{{{{", "((((", "<!--", "\r\n",
            ]
            let piece = Array(random.pick(pieces).utf8)
            for _ in 0..<random.int(in: 1...5) { bytes.insert(contentsOf: piece, at: random.int(in: 0...bytes.count)) }
        }
    }
}
