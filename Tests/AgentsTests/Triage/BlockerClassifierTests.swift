import Agents
import Foundation
import RunModel
import TestSupport
import Testing

@Suite("Blocker classification")
struct BlockerClassifierTests {
    private func classify(_ text: String, _ name: String = "QA-TKT-001-FAILED-20260101T000000.json") -> BlockerReading {
        BlockerClassifier.classify(Array(text.utf8), fileName: name)
    }

    @Test("A blocker is what a person says it is", arguments: BlockerFixtures.all)
    func labels(entry: BlockerFixtures.Entry) {
        let reading = BlockerClassifier.classify(entry.bytes, fileName: entry.file)
        let verdict = reading.verdict
        #expect(verdict.blockerClass.rawValue == entry.blockerClass, "\(verdict.evidence)")
        #expect(verdict.needsHuman == entry.needsHuman, "\(verdict.evidence)")
        #expect(reading.ticket?.rawValue == entry.ticket)
        if let action = entry.action { #expect(verdict.action.rawValue == action, "\(verdict.evidence)") }
        #expect(!verdict.evidence.isEmpty && (0...1).contains(verdict.confidence))
    }

    @Test("The table is long enough and shows every class")
    func tableIsWhole() {
        #expect(BlockerFixtures.all.count >= 80)
        #expect(Set(BlockerFixtures.all.map(\.blockerClass)) == Set(BlockerClass.allCases.map(\.rawValue)))
    }

    @Test(
        "A label is understood in every spelling",
        arguments: [
            "missing_tooling", "missing-tooling", "missingTooling", "MissingTooling", "Missing Tooling",
            "MISSING TOOLING",
        ]
    )
    func spellings(label: String) {
        let verdict = classify("{\"ticket_id\": \"TKT-001\", \"blocker_type\": \"\(label)\", \"summary\": \"AC3\"}")
            .verdict
        #expect(verdict.blockerClass == .missingTooling)
    }

    @Test("What the body asks of a person stands above the wanted action and the label")
    func bodyFirst() {
        let reading = classify(
            """
            {"ticket_id": "TKT-001", "blocker_type": "qa_failure", "dispatch_action": "create_continuation_ticket",
             "summary": "Login cannot be tested, AUTH_SECRET is not set in the environment",
             "recommendation": "A human must configure the AUTH_SECRET environment variable"}
            """
        )
        #expect(reading.verdict.blockerClass == .environment && reading.verdict.needsHuman)
    }

    @Test("The wanted action stands above the label")
    func actionOverLabel() {
        let reading = classify(
            """
            {"ticket_id": "TKT-001", "blocker_type": "external_setup_incomplete", "dispatch_action": "create_continuation_ticket",
             "summary": "Tile cache is empty", "recommendation": "Write the fetch step; the key is stored already"}
            """
        )
        #expect(reading.verdict.blockerClass == .qaFailure && !reading.verdict.needsHuman)
    }

    @Test(
        "A denial is not taken for the thing denied",
        arguments: [
            "No human intervention is needed", "This does not require a human", "It isn't an environment problem",
            "No person has to act and the infrastructure works",
        ]
    )
    func negation(sentence: String) {
        let reading = classify(
            """
            {"ticket_id": "TKT-001", "blocker_type": "qa_failure", "summary": "Badge is grey instead of red. \(sentence).",
             "recommendation": "Use the red token. \(sentence)."}
            """
        )
        #expect(
            reading.verdict.blockerClass == .qaFailure && !reading.verdict.needsHuman,
            "\(reading.verdict.evidence)"
        )
    }

    @Test("A real failure in the log keeps its label, whatever the last line says")
    func realFailure() {
        let reading = classify(
            """
            {"ticket_id": "TKT-001", "blocker_type": "regression_failure",
             "regression_output": " FAIL  src/a.test.ts\\nAssertionError: expected 1 to be 2\\n[REGRESSION] Regression tests PASSED"}
            """,
            "REGRESSION-TKT-001-20260101.json"
        )
        #expect(reading.verdict.blockerClass == .regressionFailure)
    }

    private static let failed = #"[{"criterion": "AC1", "expected": "red", "actual": "grey"}]"#

    @Test(
        "Whoever lists what failed is not contradicted by a sentence that all tests pass",
        arguments: [
            #""failures": \#(failed)"#, #""failures": \#(failed), "dispatch_action": "create_continuation_ticket""#,
            #""failures": [{"criterion": "AC1", "actual": "grey", "evidence": "All tests passed"}]"#,
        ]
    )
    func passingTestsBesideFailures(fields: String) {
        let summary = "All tests pass, but the badge is grey instead of red"
        let reading = classify(
            #"{"ticket_id": "TKT-001", "blocker_type": "qa_failure", "summary": "\#(summary)", \#(fields)}"#
        )
        #expect(reading.verdict.blockerClass == .qaFailure, "\(reading.verdict.evidence)")
    }

    @Test(
        "A short title names what the ticket is about and is no label; a short reason is one",
        arguments: [
            ("title", "Session expired", BlockerClass.qaFailure), ("title", "Routing broken", .qaFailure),
            ("title", "Duplicate invoices", .qaFailure), ("reason", "Session expired", .engineFailure),
        ]
    )
    func shortTitles(key: String, text: String, found: BlockerClass) {
        let reading = classify(#"{"ticket_id": "TKT-001", "\#(key)": "\#(text)", "failures": \#(Self.failed)}"#)
        #expect(reading.verdict.blockerClass == found, "\(reading.verdict.evidence)")
    }

    @Test(
        "A list of a page's routes is no error of the router, and the router's own fields are",
        arguments: [("routes", BlockerClass.qaFailure), ("routed_at", .routingError), ("router", .routingError)]
    )
    func routes(key: String, found: BlockerClass) {
        let source = #"{"ticket_id": "TKT-001", "summary": "The settings page shows a blank form", "\#(key)": "/x"}"#
        let reading = classify(source)
        #expect(reading.verdict.blockerClass == found, "\(reading.verdict.evidence)")
    }

    @Test(
        "A file that does not compile is a failure of the work, and a command that is not there the machine's",
        arguments: [
            ("src/tls.c:3:10: fatal error: tls_compat.h: No such file or directory", BlockerClass.ciFailure),
            ("src/tls.cpp:12: error: tls_compat.h: No such file or directory", .ciFailure),
            ("sh: tsc: command not found", .falsePositive),
        ]
    )
    func compilerLines(line: String, found: BlockerClass) {
        let source = #"{"ticket_id": "TKT-001", "type": "ci_failure", "output": "\#(line)"}"#
        let reading = classify(source, "CI-TKT-001-20260101T000000.json")
        #expect(reading.verdict.blockerClass == found, "\(reading.verdict.evidence)")
    }

    @Test(
        "A team of developers is no person to wait for",
        arguments: [
            "return_to_dev_team", "reassign_to_development_team", "assign to dev team", "Send back to developers team",
            "fix_and_notify",
        ]
    )
    func developers(action: String) {
        let reading = classify(
            """
            {"ticket_id": "TKT-001", "blocker_type": "qa_failure", "summary": "Badge is grey instead of red",
             "dispatch_action": "\(action)"}
            """
        )
        #expect(reading.verdict.action == .continuation && !reading.verdict.needsHuman, "\(reading.verdict.evidence)")
    }

    @Test("Failing tests are compared with the files of the ledger's ticket")
    func scopeFromTicket() {
        let source =
            "{\"type\": \"ci_failure\", \"ticket_id\": \"TKT-001\", \"failed_tests\": [\"src/a.test.ts > adds\"]}"
        func action(_ files: [String]) -> TriageAction {
            BlockerClassifier.classify(Array(source.utf8), fileName: "CI-TKT-001.json", ticketFiles: files).verdict
                .action
        }
        #expect(action(["src/a.ts"]) == .fixTests && action(["src/b.ts"]) == .regressionContinuation)
        #expect(action(["src/"]) == .fixTests && action([]) == .inbox)
    }

    @Test(
        "Tickets and stamps are found in every shape of file name",
        arguments: [
            "QA-TKT-007-V2-FAILED-20251209T153956.json", "QA-FAILED-TKT-007-V2-2025-12-09T153956000Z.json",
            "QA-TKT-007-V2-TOOLING-20251209153956.json", "CI-TKT-007-V2-2025-12-09T15-39-56.json",
            "REGRESSION-TKT-007-V2-2025-12-09T153956.json", "ENV-tkt-007-v2-20251209T153956Z.json",
            "EXT-TKT-007-V2-2025-12-09T15:39:56Z.json",
            "docs/agent-output/blocked/QA-TKT-007-V2-TEST-20251209T153956.json",
        ]
    )
    func names(name: String) {
        let reading = classify("{\"summary\": \"x\"}", name)
        #expect(reading.ticket?.rawValue == "TKT-007-V2")
        #expect(reading.body.date == Date(timeIntervalSince1970: 1_765_294_796))
    }

    @Test("A file whose name and content differ belongs to the ticket of its content, and says so")
    func disagreement() {
        let reading = classify("{\"ticket_id\": \"TKT-002\", \"blocker_type\": \"qa_failure\", \"failures\": [\"x\"]}")
        #expect(reading.ticket?.rawValue == "TKT-002")
        #expect(reading.verdict.findings.map(\.code) == ["blocker-ticket"])
    }

    @Test("UTF-16 and a byte order mark are read, and bytes that are no text are unreadable")
    func encodings() {
        let source = "{\"ticket_id\": \"TKT-001\", \"blocker_type\": \"qa_failure\", \"failures\": [\"x\"]}"
        let wide: [UInt8] = [0xFF, 0xFE] + source.utf16.flatMap { unit in [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        for bytes in [wide, [0xEF, 0xBB, 0xBF] + Array(source.utf8)] {
            #expect(BlockerClassifier.classify(bytes, fileName: "x.json").verdict.blockerClass == .qaFailure)
        }
        let noise = (0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* 7 % 23) }
        #expect(BlockerClassifier.classify(noise, fileName: "x.json").verdict.blockerClass == .unreadable)
    }

    /// `SWITCHYARD_FUZZ_COUNT` sets how many; the default keeps a normal test run short.
    private static let rounds = ProcessInfo.processInfo.environment["SWITCHYARD_FUZZ_COUNT"].flatMap(Int.init) ?? 200

    @Test("Mutated blockers are always answered, the same way twice", .timeLimit(.minutes(10)))
    func mutations() {
        let sources = BlockerFixtures.all.map { ($0.file, $0.bytes) }
        for seed in 0..<Self.rounds {
            var random = SeededRandom(seed: UInt64(seed))
            var (name, bytes) = random.pick(sources)
            for _ in 0..<random.int(in: 1...6) { Self.mutate(&bytes, &random, with: random.pick(sources).1) }
            if random.oneIn(5) { name = String(name.shuffled(using: &random)) }
            let first = BlockerClassifier.classify(bytes, fileName: name)
            let second = BlockerClassifier.classify(bytes, fileName: name)
            #expect(first.verdict == second.verdict && (0...1).contains(first.verdict.confidence), "\(random)")
            let isForPerson = first.verdict.blockerClass.family == .person
            #expect(!isForPerson || first.verdict.needsHuman, "\(random)")
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom, with other: [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = other
            return
        }
        let start = random.int(in: 0...(bytes.count - 1))
        let end = min(bytes.count, start + random.int(in: 1...200))
        switch random.int(in: 0...8) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.removeSubrange(start...)
        case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
        case 3: bytes[start] = UInt8(random.int(in: 0...255))
        case 4:
            bytes.insert(
                contentsOf: random.pick([
                    Array("{".utf8), Array("\"".utf8), [0xFF, 0x00], Array("[[[[".utf8), Array("\\u".utf8),
                ]),
                at: start
            )
        case 5: bytes.insert(contentsOf: other.prefix(300), at: start)
        case 6: bytes.replaceSubrange(start..<end, with: bytes[start..<end].reversed())
        case 7: bytes = Array("```json\n".utf8) + bytes + Array("\n```".utf8)
        default: bytes.insert(contentsOf: [UInt8](repeating: UInt8(ascii: "["), count: 3_000), at: start)
        }
    }
}
