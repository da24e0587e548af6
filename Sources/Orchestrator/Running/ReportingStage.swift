import Foundation
import Git
import RunModel

/// Keeps what did not land under refs, writes its blockers, and writes the report.
struct ReportingStage {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    func perform() async throws {
        try await active.enter(.reporting)
        try refuseUnfinished()
        try await saveUnlanded()
        try await tellUnsaved()
        let lane = active.lane
        let repository = active.environment.repository
        let output = active.options.outputFolder
        let before = active.record
        for (_, record) in before.agents.sorted(by: { $0.key < $1.key }) {
            guard var refusal = record.refusal, refusal.blocker == nil,
                let blocker = Blocker(refusal, in: before)
            else { continue }
            refusal.blocker = try await lane.run { () throws(GitError) in
                Result { () throws(ReportingError) in
                    try BlockerWriter(repository: repository, output: output).write(blocker)
                }
            }.get()
            try active.note(.agentRefused(refusal))
        }
        let report = Report(active.record)
        let written = try await lane.run { () throws(GitError) in
            Result { () throws(ReportingError) in try ReportWriter(repository: repository, output: output).write(report)
            }
        }.get()
        try active.note(.reportWritten(written))
        await active.journal.sync()
    }

    /// Agents that a cancelled or given-up run never judged.
    private func refuseUnfinished() throws {
        let record = active.record
        for assignment in active.plan.assignments {
            guard let agent = record.agents[assignment.id], !agent.isLanded, agent.refusal == nil else { continue }
            if record.cancellation != nil {
                try active.refuse(assignment.id, .cancelled, "The run was cancelled before its work landed.")
            } else if record.isLandingBlocked {
                let paths = record.workdir?.blockedPaths.prefix(3).map { "'\($0)'" }.joined(separator: ", ") ?? ""
                try active.refuse(
                    assignment.id,
                    .branchState,
                    "Its work passed, but uncommitted changes in \(paths) of the main working tree stand in the way."
                )
            } else if record.isLandingGivenUp {
                try active.refuse(
                    assignment.id,
                    .branchState,
                    "Its work passed, but the branch moved on \(record.rebaseCount) times while it was being landed."
                )
            }
        }
    }

    /// Names the worktrees that the clean-up will keep; their state is the same then.
    private func tellUnsaved() async throws {
        let worktrees = AgentWorktrees(active)
        for (agent, record) in active.record.agents.sorted(by: { $0.key < $1.key }) {
            guard !record.isLanded, !record.isWorktreeRemoved, let base = record.worktree?.base else { continue }
            try await worktrees.keepHead(agent)
            guard let why = try await worktrees.unsavedWork(agent, base: base) else { continue }
            try worktrees.noteUnsaved(agent, why: why)
        }
    }

    private func saveUnlanded() async throws {
        for (agent, record) in active.record.agents.sorted(by: { $0.key < $1.key }) {
            guard !record.isLanded, let worktree = record.worktree, record.saved == nil || record.work != nil else {
                continue
            }
            let ref = active.folder.refusedRef(agent)
            if record.work == nil { try await collect(agent) }
            let tip = try await active.git { repository throws(GitError) in try repository.reference(worktree.branch) }
            guard let tip, tip.hex != worktree.base else { continue }
            guard record.saved?.ref != ref || record.saved?.commit != tip.hex else { continue }
            try await active.git { repository throws(GitError) in
                try repository.setReference(
                    ref,
                    expecting: repository.reference(ref),
                    to: tip,
                    message: "switchyard: work that did not land"
                )
            }
            try active.note(.workSaved(WorkSaved(agent: agent, ref: ref, commit: tip.hex)))
        }
    }

    /// Takes in the uncommitted work of an agent that was stopped in the middle.
    private func collect(_ agent: AgentID) async throws {
        try await GitObstacles(active).clear(agent)
        guard let assignment = active.plan[agent], let site = try? await RunSite.prepare(active),
            let place = site.guardSite(agent, in: active)
        else { return }
        let time = Int64(active.environment.now().timeIntervalSince1970)
        let signature = try await active.git { repository throws(GitError) in
            try repository.signature(time: time, fallbackName: "Switchyard", fallbackEmail: "switchyard@localhost")
        }
        do {
            let work = try await WorkCollector(site: place, assignment: assignment)
                .collect(by: signature, tools: site.tools)
            guard let tip = work.tip else { return }
            try active.note(
                .workCommitted(
                    WorkCommitted(agent: agent, commit: tip, isByRunner: work.isByRunner, statistics: work.statistics)
                )
            )
        } catch is OrchestratorError {
            // What stays in the worktree is told with it.
        }
    }
}
