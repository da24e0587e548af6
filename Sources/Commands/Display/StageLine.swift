import RunModel
import Terminal

extension ProgressModel {
    /// The stages every run goes through, for people.
    private enum RunStage: Int, CaseIterable {
        case prepare, work, merge, verify, land, push, report

        init(_ state: RunState) {
            switch state {
            case .planned, .preparing: self = .prepare
            case .running, .gating: self = .work
            case .merging: self = .merge
            case .verifying: self = .verify
            case .landing: self = .land
            case .publishing: self = .push
            case .reporting, .done, .failed, .cancelled: self = .report
            }
        }
    }

    /// Where the run is: the stages behind it, the one it is in, and those to come.
    var stageLine: ProgressLine {
        let isOver = record.finished != nil
        let current = RunStage(record.state)
        return ProgressLine(
            RunStage.allCases.map { stage in
                let state: ProgressLine.Step.State =
                    if isFailed(stage) {
                        .failed
                    } else if isSkipped(stage) {
                        .skipped
                    } else if stage.rawValue < current.rawValue || (isOver && stage == .report && record.report != nil)
                    {
                        .done
                    } else if isOver {
                        .skipped
                    } else {
                        stage == current ? .active : .ahead
                    }
                return ProgressLine.Step("\(stage)", state)
            }
        )
    }

    private func isFailed(_ stage: RunStage) -> Bool {
        switch stage {
        case .prepare: record.state == .failed && record.preflight == nil
        case .verify: record.finished != nil && record.landed == nil && record.verifications.last?.isPassed == false
        case .push: record.pushes.last.map { ![.pushed, .upToDate].contains($0.result) } ?? false
        default: false
        }
    }

    /// The stage has nothing to do in this run, or was passed over.
    private func isSkipped(_ stage: RunStage) -> Bool {
        guard let created = record.created else { return false }
        let isPast = RunStage(record.state) == .report
        switch stage {
        case .prepare: return isPast && record.preflight == nil
        case .work: return isPast && record.waves.isEmpty
        case .merge: return isPast && record.candidates.isEmpty
        case .verify: return created.plan.verify.isEmpty || (isPast && record.verifications.isEmpty)
        case .land: return isPast && record.landed == nil
        case .push:
            return created.plan.push == nil || !created.options.isPushEnabled || (isPast && record.pushes.isEmpty)
        case .report: return false
        }
    }
}
