import Foundation
import RunModel
import Terminal

/// Tells one piece of news in words, for displays that only ever add lines.
struct NewsLines: Sendable {
    /// Whom it is about: an agent's id, or `run`.
    struct News: Sendable, Hashable {
        var subject: String
        var text: String
        var style: Style
    }

    /// The news in a fact; most facts are one, some are worth no line.
    static func news(in fact: RunFact) -> [News] {
        switch fact {
        case .runCreated(let data): return [created(data)]
        case .stateChanged(let state): return stage(state).map { [run($0, .dim)] } ?? []
        case .preflightFinished(let data): return preflight(data)
        case .waveStarted(let data):
            return [run("wave \(data.index + 1) starts from \(short(data.base)): \(names(data.agents))")]
        case .trainRebased(let data):
            return [run("the \(data.cause.words); the train is built again on \(short(data.onto))", .yellow)]
        case .verifyFinished(let data): return [verified(data)]
        case .bisected(let data):
            let verb = data.culprits.count == 1 ? "breaks" : "break"
            return [run("\(names(data.culprits)) \(verb) verify, found in \(data.rounds) rounds", .red)]
        case .noted(let finding): return [note(finding)]
        case .cancelRequested(let data): return [run("cancelled by \(data.by)", .yellow)]
        case .runFinished(let data): return [run(data.state.rawValue, data.exitStatus == 0 ? .green : .yellow)]
        case .reportWritten(let data): return [run("report: \(data.markdown)")]
        default: return landing(fact) ?? agentNews(fact)
        }
    }

    private static func landing(_ fact: RunFact) -> [News]? {
        switch fact {
        case .landed(let data):
            return [run("landed \(names(data.agents)) on \(branch(data.branch)) at \(short(data.to))", .green)]
        case .workdirUpdated(let data):
            guard !data.isUpdated else { return [] }
            let paths = data.blockedPaths.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            return [run("your working tree was left as it is\(paths.isEmpty ? "" : ", because of \(paths)")", .yellow)]
        case .pushFinished(let data):
            let target = "\(data.remote)/\(data.branch)"
            switch data.result {
            case .pushed: return [run("pushed \(short(data.commit)) to \(target)", .green)]
            case .upToDate: return [run("\(target) has it already", .green)]
            case .remoteMoved: return [run("not pushed: \(target) moved \(data.message ?? "")", .red)]
            case .rejected: return [run("not pushed: \(target) refused it. \(data.message ?? "")", .red)]
            case .failed: return [run("not pushed: \(data.message ?? "\(target) does not answer")", .red)]
            }
        default: return nil
        }
    }

    private static func agentNews(_ fact: RunFact) -> [News] {
        switch fact {
        case .attemptStarted(let data):
            // Told again with each process of the attempt.
            if data.process != nil { return [] }
            let attempt = data.attempt > 1 ? ", try \(data.attempt)" : ""
            return [News(subject: data.agent.rawValue, text: "working with \(data.engine)\(attempt)", style: .cyan)]
        case .attemptFinished(let data):
            let text =
                "ended: \(data.outcome.ending.words), after \(QuantityText.duration(data.outcome.duration, isPrecise: true))"
            return [News(subject: data.agent.rawValue, text: text, style: .dim)]
        case .workCommitted(let data):
            let who = data.isByRunner ? ", committed by the runner" : ""
            let text = "\(data.statistics.text) at \(short(data.commit))\(who)"
            return [News(subject: data.agent.rawValue, text: text, style: .plain)]
        case .gateFinished(let data):
            // A refusal follows as a fact of its own, with its reason.
            guard data.verdict.isPassed else { return [] }
            return [News(subject: data.agent.rawValue, text: "passed the gate", style: .green)]
        case .agentRefused(let data):
            // Told a second time once its blocker is written.
            if let blocker = data.blocker {
                return [News(subject: data.agent.rawValue, text: "its blocker is \(blocker)", style: .dim)]
            }
            let text = "refused: \(ProgressModel.refusal(data.reason, data.summary))"
            return [News(subject: data.agent.rawValue, text: text, style: .red)]
        case .candidateBuilt(let data):
            return data.outcomes.filter { $0.result == .merged }
                .map {
                    News(
                        subject: $0.agent.rawValue,
                        text: $0.summary == "merged" ? "merged" : "merged: \($0.summary)",
                        style: .green
                    )
                }
        case .workSaved(let data):
            return [News(subject: data.agent.rawValue, text: "its work is kept at \(data.ref)", style: .dim)]
        default: return []
        }
    }

    private static func created(_ data: RunCreated) -> News {
        let agents = QuantityText.counted(data.plan.assignments.count, "agent")
        let waves = data.plan.waves.count > 1 ? " in \(data.plan.waves.count) waves" : ""
        return run("\(data.run): \(data.plan.title), \(agents)\(waves)", .bold)
    }

    private static func preflight(_ data: PreflightFinished) -> [News] {
        var news = [run("starts from \(data.baseBranch) at \(short(data.baseCommit)); sandbox: \(data.sandbox)")]
        if !data.baseline.isEmpty {
            news.append(
                run("\(QuantityText.counted(data.baseline.count, "command")) fail on the base already", .yellow)
            )
        }
        return news + data.findings.map(note)
    }

    private static func verified(_ data: VerifyFinished) -> News {
        let time = QuantityText.duration(data.duration, isPrecise: true)
        if data.isPassed {
            return run(
                "verify passed on \(short(data.commit)) in \(time)\(data.isFlaky ? ", at the second try" : "")",
                .green
            )
        }
        return run("verify failed on \(short(data.commit)): \(data.failedCommand ?? "")", .red)
    }

    private static func note(_ finding: Finding) -> News {
        run("\(finding.severity.rawValue): \(finding.message)", finding.severity.style)
    }

    private static func stage(_ state: RunState) -> String? {
        switch state {
        case .preparing: "pre-flight"
        case .merging: "merging"
        case .verifying: "verifying"
        case .landing: "landing"
        case .publishing: "pushing"
        // These begin with facts that say more.
        case .planned, .running, .gating, .reporting, .done, .failed, .cancelled: nil
        }
    }

    private static func run(_ text: String, _ style: Style = .plain) -> News {
        News(subject: "run", text: text, style: style)
    }

    private static func names(_ agents: [AgentID]) -> String { agents.map(\.rawValue).joined(separator: ", ") }
    private static func short(_ commit: String) -> String { String(commit.prefix(8)) }
    private static func branch(_ ref: String) -> String {
        ref.hasPrefix("refs/heads/") ? String(ref.dropFirst(11)) : ref
    }
}

extension TrainRebased.Cause {
    fileprivate var words: String {
        switch self {
        case .branchMoved: "branch moved"
        case .remoteMoved: "remote moved"
        }
    }
}

extension AttemptOutcome.Ending {
    /// How it ended: `exit status 1`, `timed out after 1m 00s`.
    var words: String {
        switch self {
        case .exited(let code): "exit status \(code)"
        case .signalled(let signal): "killed by signal \(signal)"
        case .timedOut(let limit): "timed out after \(QuantityText.duration(limit))"
        case .silent(let limit): "silent for \(QuantityText.duration(limit))"
        case .cancelled: "cancelled"
        case .failedToStart(let why): "could not start: \(why)"
        }
    }
}
