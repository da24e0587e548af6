import Foundation

/// Times `switchyard dispatch` on ledgers of growing size, and says how the time grows with them.
///
/// A ledger of n threads has 5n blockers, n findings and n tickets. One thread in four waits for a first post, one holds a
/// decision, one a question, one a refusal. The blockers are of four shapes.
struct LedgerGrowth {
    let workplace: Workplace
    /// Absolute path of the release build of `switchyard`.
    let program: String

    /// Sentences with the times, the largest ledger last.
    func remarks(threads counts: [Int]) async throws -> [String] {
        var times: [(count: Int, first: Double, again: Double)] = []
        for count in counts {
            let folder = try await make(threads: count)
            let first = Self.seconds(try await workplace.shell("'\(program)' dispatch", in: folder).duration)
            let again = Self.seconds(try await workplace.shell("'\(program)' dispatch", in: folder).duration)
            times.append((count, first, again))
            try? FileManager.default.removeItem(atPath: folder)
        }
        let lines = times.map { time in
            "Dispatching \(time.count) threads and \(5 * time.count) blockers: \(ResultTable.time(time.first)), of nothing new in the "
                + "same ledger: \(ResultTable.time(time.again))."
        }
        guard let first = times.first, let last = times.last, last.count > first.count else { return lines }
        let growth = log(last.first / first.first) / log(Double(last.count) / Double(first.count))
        return lines + [
            "From \(first.count) to \(last.count) threads the time grows with the ledger's size to the power of "
                + String(format: "%.2f", growth) + "."
        ]
    }

    private func make(threads count: Int) async throws -> String {
        let folder = workplace.appending("ledger-\(count)")
        try FileManager.default.createDirectory(
            atPath: folder + "/docs/agent-output/blocked",
            withIntermediateDirectories: true
        )
        try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder + "/src", withIntermediateDirectories: true)
        var random = SeededNumbers(seed: 4)
        let words =
            "cache queue login upload export mail report search invoice session token image filter upgrade banner"
            .split(separator: " ")
        func subject(_ index: Int) -> String {
            let picked = (0..<3).map { _ in words[Int(random.next() % UInt64(words.count))] }
            return "\(picked.joined(separator: " ")) number \(index)"
        }
        var (findings, threads, tickets): ([[String: Any]], [[String: Any]], [[String: Any]]) = ([], [], [])
        for index in 0..<count {
            let about = subject(index)
            try "line\n".write(toFile: "\(folder)/src/part\(index).ts", atomically: false, encoding: .utf8)
            findings.append([
                "id": "F-\(index)", "title": "The \(about) fails", "severity": "medium",
                "location": "src/part\(index).ts",
                "issue": "When \(about) is used twice in src/part\(index).ts it fails without a word to the person.",
                "suggested_fix": "Return an error from `part\(index)()` in src/part\(index).ts, and show it.",
                "status": "pending",
            ])
            let post = [
                "role": "system",
                "text": "1. Return an error from `part\(index)()`\n2. Skip\n\nWhat would you like to do?",
            ]
            let words = [nil, "yes", "what happens when it fails twice?", "skip, nobody uses it"][index % 4]
            let messages = words.map { [post, ["role": "human", "text": $0]] } ?? []
            threads.append([
                "finding_id": "F-\(index)", "status": "pending", "messages": messages, "decision": NSNull(),
            ])
            tickets.append([
                "id": "TKT-\(index + 1)", "title": "Older work on \(subject(index))", "status": "ready",
                "issue": "Older.",
                "files_to_modify": ["src/old\(index).ts"], "fix_required": ["Do \(about)"],
                "acceptance_criteria": ["It holds"],
            ])
        }
        try write(["findings": findings], to: folder + "/data/findings.json")
        try write(["threads": threads], to: folder + "/data/decisions.json")
        try write(["tickets": tickets], to: folder + "/data/tickets.json")
        for index in 0..<(5 * count) {
            let ticket = "TKT-\(index % count + 1)"
            let blocker = blocker(index, ticket: ticket)
            let name = "QA-\(ticket)-FAILED-20261101T\(String(format: "%06d", index)).json"
            try write(blocker, to: "\(folder)/docs/agent-output/blocked/\(name)")
        }
        try await workplace.shell("git init -q && git add -A && git commit -q -m first", in: folder)
        return folder
    }

    private func blocker(_ index: Int, ticket: String) -> [String: Any] {
        switch index % 4 {
        case 0:
            [
                "ticket_id": ticket, "blocker_type": "qa_failure", "summary": "Criterion \(index) does not hold",
                "failures": [
                    [
                        "criterion": "Number \(index) is shown", "expected": "\(index)", "actual": "nothing",
                        "evidence": "page \(index)",
                    ]
                ],
                "recommendation": "Show number \(index)",
            ]
        case 1:
            [
                "ticket_id": ticket, "blocker_type": "missing_tooling",
                "summary": "There is no test user for role \(index % 20)",
                "blocked_criteria": ["AC\(index % 5)"],
                "tooling_gap": ["needed_behavior": "Make a test user for role \(index % 20)"],
            ]
        case 2:
            [
                "id": "BLOCKED-\(ticket)-\(index)", "type": "blocker", "category": "clarification",
                "issue": "Which of two ways for \(index)?",
                "options": [
                    ["id": 1, "label": "The left way \(index)"],
                    ["id": 2, "label": "The right way \(index)", "recommended": true],
                ],
                "blocker_context": ["ticket_id": ticket],
            ]
        default:
            [
                "ticket_id": ticket, "blocker_type": "regression", "summary": "Test \(index) failed that passed before",
                "failures": ["test \(index)"],
            ]
        }
    }

    private func write(_ value: Any, to path: String) throws {
        let data = try JSONSerialization.data(withJSONObject: value, options: [.prettyPrinted, .sortedKeys])
        try data.write(to: URL(filePath: path))
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
