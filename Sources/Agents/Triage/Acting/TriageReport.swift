import Foundation
import RunModel

/// The page about one pass of triage; every number is counted from what happened.
struct TriageReport {
    private let result: TriageResult
    private let now: Date
    private let locations: LedgerLocations

    init(_ result: TriageResult, now: Date, locations: LedgerLocations) {
        self.result = result
        self.now = now
        self.locations = locations
    }

    var markdown: String {
        let outcomes = result.outcomes
        var text = "# Triage report\n\n\(LedgerStamp.text(now)) · written by `switchyard triage`\n\n"
        text += "## Summary\n\n\(verdict)\n\n"
        text += "| Kind | Blockers | For agents | For a person |\n|:--|--:|--:|--:|\n"
        for kind in BlockerClass.allCases {
            let own = outcomes.filter { $0.blockerClass == kind }
            guard !own.isEmpty else { continue }
            let people = own.count { $0.needsHuman }
            text += "| \(kind.inWords) | \(own.count) | \(own.count - people) | \(people) |\n"
        }
        let people = outcomes.filter(\.needsHuman)
        if !people.isEmpty {
            text += "\n## What waits for a person\n\n" + people.map { item($0) }.joined()
        }
        let rest = outcomes.filter { !$0.needsHuman }
        if !rest.isEmpty { text += "\n## What goes on by itself\n\n" + rest.map { item($0) }.joined() }
        let findings =
            result.findings
            + outcomes.flatMap { outcome in
                outcome.findings.map { finding in
                    var finding = finding
                    finding.file = finding.file ?? outcome.file
                    return finding
                }
            }
        if !findings.isEmpty {
            text += "\n## Findings\n\n| Severity | File | Finding |\n|:--|:--|:--|\n"
            for finding in findings.prefix(500) {
                text +=
                    "| \(finding.severity.rawValue) | \(finding.file.map { PromptText.code($0) } ?? "") | \(PromptText.cell(finding.message, limit: 240)) |\n"
            }
            if findings.count > 500 { text += "\n\(findings.count - 500) more are not shown.\n" }
        }
        return text
    }

    private var verdict: String {
        let outcomes = result.outcomes
        let people = outcomes.count { $0.needsHuman }
        let quarantined = outcomes.count { $0.blockerClass == .unreadable }
        let repeated = outcomes.count(where: \.isRepeated)
        var parts = ["\(outcomes.count) \(outcomes.count == 1 ? "blocker" : "blockers") triaged"]
        parts.append(people == 0 ? "none needs a person" : "\(people) \(people == 1 ? "needs" : "need") a person")
        if quarantined > 0 { parts.append("\(quarantined) could not be read") }
        if repeated > 0 { parts.append("\(repeated) said what another had said") }
        return "**" + parts.joined(separator: ", ") + ".**"
    }

    private func item(_ outcome: TriageOutcome) -> String {
        let percent = Int((outcome.confidence * 100).rounded())
        var text = "### \(outcome.ticket?.rawValue ?? "No ticket"): \(outcome.blockerClass.inWords)\n\n"
        text += "\(PromptText.code(outcome.file)) · \(percent) % sure\n\n"
        text += outcome.done.map { "- \(PromptText.line($0))\n" }.joined()
        if !outcome.evidence.isEmpty {
            text +=
                "- Because: "
                + outcome.evidence.prefix(4).map { PromptText.line($0, limit: 160) }.joined(separator: "; ") + "\n"
        }
        let paths = outcome.paths.filter { !$0.hasPrefix("/") }
        if !paths.isEmpty {
            text += "- Files: " + paths.map { "[\(name($0))](\(link($0)))" }.joined(separator: ", ") + "\n"
        }
        return text + "\n"
    }

    private func name(_ path: String) -> String {
        PromptText.line(path.split(separator: "/").last.map(String.init) ?? path, limit: 120)
    }

    /// From the report's own folder to the file.
    private func link(_ path: String) -> String {
        let own = locations.output.split(separator: "/").map(String.init)
        let target = path.split(separator: "/").map(String.init)
        let shared = zip(own, target).prefix { $0 == $1 }.count
        let parts = Array(repeating: "..", count: own.count - shared) + target[shared...]
        return parts.joined(separator: "/").addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)?
            .replacing("(", with: "%28").replacing(")", with: "%29") ?? path
    }
}
