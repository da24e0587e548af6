import Foundation
import RunModel
import Terminal

/// One agent's line in a display.
struct AgentRow: Sendable, Hashable {
    var id: AgentID
    var title: String
    var stage: AgentStage
    /// What it does, did, or waits for.
    var detail: String
    /// Set when its work will not land.
    var reason: RefusalReason?
    /// `nil` until its first attempt begins.
    var elapsed: Duration?
    /// Tries so far.
    var attempts: Int
    var usage: Usage
}

extension ProgressModel {
    /// A line per agent, in file order.
    func rows(at now: Date) -> [AgentRow] {
        assignments.map { assignment in
            let record = record.agents[assignment.id] ?? AgentRecord()
            return AgentRow(
                id: assignment.id,
                title: CleanText.line(assignment.title),
                stage: stage(of: assignment.id),
                detail: CleanText.line(detail(of: assignment, record)),
                reason: reason(record),
                elapsed: elapsed(record, at: now),
                attempts: record.attempts.last?.started.attempt ?? 0,
                usage: usage(of: assignment.id)
            )
        }
    }

    private func detail(of assignment: Assignment, _ record: AgentRecord) -> String {
        let fleeting = fleeting[assignment.id] ?? Fleeting()
        switch stage(of: assignment.id) {
        case .waiting: return reasonToWait(assignment)
        case .preparing: return "making its worktree"
        case .working:
            let news = [fleeting.activity, fleeting.lastLine].first { !$0.isEmpty }
            return news ?? record.attempts.last.map { "started \($0.started.engine)" } ?? ""
        case .gating: return "its work is being judged"
        case .passed, .merged, .landed: return record.work?.statistics.text ?? record.merge?.summary ?? ""
        case .refused: return refusal(record)
        case .stopped: return "stopped before it was judged"
        }
    }

    private func reasonToWait(_ assignment: Assignment) -> String {
        let missing = assignment.dependsOn.filter { ![.merged, .landed].contains(stage(of: $0)) }
        if !missing.isEmpty { return "after " + missing.map(\.rawValue).joined(separator: ", ") }
        guard let waves = record.created?.plan.waves,
            let wave = waves.firstIndex(where: { $0.agents.contains(assignment.id) }), wave >= record.waves.count,
            waves.count > 1
        else { return "" }
        return "for wave \(wave + 1)"
    }

    private func reason(_ record: AgentRecord) -> RefusalReason? {
        record.refusal?.reason ?? (record.merge?.result == .refused ? record.merge?.reason : nil)
            ?? record.verdict?.refusal
    }

    private func refusal(_ record: AgentRecord) -> String {
        if let refusal = record.refusal { return Self.refusal(refusal.reason, refusal.summary) }
        if let merge = record.merge, merge.result == .refused {
            return Self.refusal(merge.reason ?? .mergeConflict, merge.summary)
        }
        let check = record.verdict?.checks.first { $0.status == .refused }
        return Self.refusal(check?.reason, check?.summary ?? "")
    }

    /// The reason's word and what is behind it, without saying the same twice.
    static func refusal(_ reason: RefusalReason?, _ summary: String) -> String {
        guard let reason else { return summary }
        return summary.isEmpty ? reason.words : "\(reason.words): \(summary)"
    }

    private func elapsed(_ record: AgentRecord, at now: Date) -> Duration? {
        guard let start = record.attempts.first?.startedAt, let last = record.attempts.last else { return nil }
        if let end = last.finishedAt { return Duration.between(start, end) }
        return Duration.between(start, self.record.finished == nil ? now : self.record.updatedAt ?? now)
    }
}

extension ChangeStatistics {
    /// `3 files +120 -4`.
    var text: String { "\(QuantityText.counted(files, "file")) +\(insertions) -\(deletions)" }
}

extension RefusalReason {
    /// The reason in words: `ownership violation`.
    var words: String { rawValue.split(separator: "_").joined(separator: " ") }
}
