import Foundation
import RunModel
import Terminal

/// What a person wants to know when a run has ended: what was refused and why, what landed, where the report is.
struct RunSummaryLines: Sendable {
    var width: Int
    var signs = SignSet.unicode

    func lines(_ model: ProgressModel) -> [StyledText] {
        let record = model.record
        var lines: [StyledText] = []
        for assignment in model.assignments where model.stage(of: assignment.id) == .refused {
            lines += refusal(assignment, record.agents[assignment.id] ?? AgentRecord())
        }
        if !lines.isEmpty { lines.append(StyledText()) }
        lines.append(verdict(model))
        if let push = record.pushes.last { lines += pushed(push) }
        if let workdir = record.workdir, !workdir.isUpdated {
            lines += wrapped(
                "Your working tree was left as it is: local changes stand in the way"
                    + (workdir.blockedPaths.isEmpty
                        ? "." : " (\(workdir.blockedPaths.prefix(3).joined(separator: ", "))).")
                    + " Commit or stash them, then: git merge --ff-only",
                .yellow
            )
        }
        return lines
    }

    private func refusal(_ assignment: Assignment, _ record: AgentRecord) -> [StyledText] {
        let merge = record.merge.flatMap { $0.result == .refused ? $0 : nil }
        let reason = record.refusal?.reason ?? merge?.reason ?? record.verdict?.refusal
        let summary = record.refusal?.summary ?? merge?.summary ?? ""
        var lines = wrapped(
            "\(signs.failed) \(assignment.id) refused: \(ProgressModel.refusal(reason, summary))",
            .red
        )
        if let blocker = record.refusal?.blocker { lines.append(StyledText("  why:  \(blocker)", .dim)) }
        if let saved = record.saved { lines.append(StyledText("  work: \(saved.ref)", .dim)) }
        return lines
    }

    private func verdict(_ model: ProgressModel) -> StyledText {
        let record = model.record
        let count = model.assignments.count
        let time = QuantityText.duration(model.elapsed(at: record.updatedAt ?? Date.distantPast))
        guard let landed = record.landed else {
            let what = record.state == .cancelled ? "Cancelled: nothing landed" : "Nothing landed"
            return StyledText("\(what), after \(time).", Style(.red, isBold: true))
        }
        let branch = landed.branch.split(separator: "/").dropFirst(2).joined(separator: "/")
        let isAll = landed.agents.count == count
        let text =
            (isAll ? (count == 1 ? "The agent" : "All \(count) agents") : "\(landed.agents.count) of \(count) agents")
            + " landed on \(branch)"
            + " at \(landed.to.prefix(8)), after \(time)."
        return StyledText(text, Style(isAll ? .green : .yellow, isBold: true))
    }

    private func pushed(_ push: PushFinished) -> [StyledText] {
        switch push.result {
        case .pushed, .upToDate: return [StyledText("Pushed to \(push.remote)/\(push.branch).")]
        case .remoteMoved, .rejected, .failed:
            let why = push.message.map { ": \($0)" } ?? ""
            return wrapped(
                "Not pushed to \(push.remote)/\(push.branch)\(why). The work is on the local branch; push it with:"
                    + " git push \(push.remote) \(push.commit.prefix(12)):refs/heads/\(push.branch)",
                .yellow
            )
        }
    }

    private func wrapped(_ text: String, _ style: Style) -> [StyledText] {
        DisplayWidth.wrap(CleanText.line(text), to: max(40, width)).enumerated()
            .map { StyledText(($0.offset == 0 ? "" : "  ") + $0.element, style) }
    }
}
