import ChildProcesses
import Foundation
import Git
import RunModel

/// Merges what passed onto the train, tests the result, and takes off what makes it fail.
struct SettlingStage {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    /// Merges the wave's passed work onto the head that the waves before left.
    func settle(wave: Int) async throws {
        let record = active.record
        guard let head = record.trainHead else { return }
        let isLast = wave == active.plan.waves.count - 1
        let before = Set(record.train?.agents ?? [])
        let members = record.candidates(ofWaves: wave + 1).filter { !before.contains($0) }
        try await settle(
            members,
            onto: OID(hex: head),
            waves: wave + 1,
            isCollecting: isLast,
            earlier: record.train?.agents ?? [],
            isBaseVerified: wave > 0 && record.train?.isVerified == true
        )
    }

    /// Builds the train again on a head that moved; after a landing, joins the landed commit with the moved remote.
    func rebuild(_ rebase: TrainRebased) async throws {
        let record = active.record
        let onto = try OID(hex: rebase.onto)
        guard rebase.cause == .remoteMoved, let landed = record.landed else {
            let agents = record.train?.agents ?? []
            return try await settle(
                agents,
                onto: onto,
                waves: record.train?.waves ?? 0,
                isCollecting: true,
                earlier: [],
                isBaseVerified: false
            )
        }
        try await join(OID(hex: landed.to), with: onto, agents: landed.agents)
    }

    private func settle(
        _ members: [AgentID],
        onto head: OID,
        waves: Int,
        isCollecting: Bool,
        earlier: [AgentID],
        isBaseVerified: Bool
    ) async throws {
        try await active.enter(.merging)
        let result = try await settlement.settle(
            candidates(members),
            onto: head,
            rules: rules(isCollecting: isCollecting),
            earlier: candidates(earlier),
            isBaseVerified: isBaseVerified
        )
        for finding in result.findings { try active.note(finding) }
        for outcome in result.outcomes where outcome.result == .refused {
            try active.refuse(outcome.agent, outcome.reason ?? .mergeConflict, outcome.summary)
        }
        try await anchor(result.commit)
        try active.note(
            .trainSettled(
                TrainSettled(
                    waves: waves,
                    base: head.hex,
                    commit: result.commit.hex,
                    agents: earlier + result.agents,
                    isVerified: result.isVerified
                )
            )
        )
        await active.journal.sync()
    }

    /// What the journal knows of the agents' work, for the train; an agent without any is left out.
    private func candidates(_ members: [AgentID]) throws -> [MergeCandidate] {
        let record = active.record
        return try members.compactMap { id -> MergeCandidate? in
            guard let assignment = active.plan[id], let worktree = record.agents[id]?.worktree,
                let work = record.agents[id]?.work
            else { return nil }
            return MergeCandidate(
                agent: id,
                title: assignment.title,
                tip: try OID(hex: work.commit),
                base: try OID(hex: worktree.base),
                message: assignment.mergeMessage,
                ownership: assignment.ownership,
                dependsOn: assignment.dependsOn
            )
        }
    }

    private func join(_ landed: OID, with upstream: OID, agents: [AgentID]) async throws {
        try await active.enter(.merging)
        let remote = active.plan.push.map { "\($0.remote)/\($0.branch)" } ?? "remote"
        let (join, verification) = try await settlement.join(
            landed,
            with: upstream,
            named: remote,
            rules: rules(isCollecting: false)
        )
        var commit = landed
        switch join {
        case .joined(let joined) where verification?.isPassed != false: commit = joined
        case .joined:
            try active.note(
                Finding(
                    .warning,
                    "remote-breaks-verify",
                    "Together with the new commits of '\(remote)' the verify commands fail: the work stays landed here "
                        + "and is not pushed."
                )
            )
        case .conflicted(let conflicts):
            let paths = conflicts.prefix(3).map { "'\($0.path)'" }.joined(separator: ", ")
            try active.note(
                Finding(
                    .warning,
                    "remote-conflict",
                    "The new commits of '\(remote)' conflict with the landed work in \(paths): it stays landed here and "
                        + "is not pushed.",
                    hint: "Merge '\(remote)' by hand, then push."
                )
            )
        }
        try await anchor(commit)
        try active.note(
            .trainSettled(
                TrainSettled(
                    waves: active.plan.waves.count,
                    base: upstream.hex,
                    commit: commit.hex,
                    agents: agents,
                    isVerified: true
                )
            )
        )
        await active.journal.sync()
    }

    /// Keeps the train's head from garbage collection until it has landed.
    private func anchor(_ commit: OID) async throws {
        let name = active.folder.trainRef
        try await active.git { repository throws(GitError) in
            try repository.setReference(
                name,
                expecting: repository.reference(name),
                to: commit,
                message: "switchyard: train"
            )
        }
    }

    private func rules(isCollecting: Bool) -> TrainRules {
        // The run's start, so that building again gives the same commits.
        let time = active.record.startedAt ?? active.environment.now()
        return TrainRules(
            run: active.run,
            append: active.plan.append,
            collect: isCollecting ? active.plan.collect : [],
            time: Int64(time.timeIntervalSince1970)
        )
    }

    private var settlement: TrainSettlement {
        let active = active
        let verifier = TrainVerifier(
            worktree: AgentWorktrees(active).verify,
            runner: active.environment.runner,
            options: TrainVerifier.Options(
                commands: active.plan.verify,
                setup: active.plan.verifySetup,
                baseline: active.record.preflight?.baseline ?? [],
                limits: ChildLimits(wallClock: active.options.commandTimeout, grace: active.options.grace),
                environment: active.environment.gitVariables,
                sandbox: AgentWorktrees(active).verifySandbox(
                    SandboxKind(rawValue: active.record.preflight?.sandbox ?? "none") ?? .none
                )
            )
        )
        return TrainSettlement(
            train: MergeTrain(repository: active.environment.repository, lane: active.lane),
            verifier: verifier
        ) { fact in
            switch fact {
            case .candidateBuilt: try await active.enter(.verifying)
            case .verifyFinished(let verification) where !verification.isPassed:
                try active.requireRoom("`\(verification.failedCommand ?? "verify")` failed.")
            default: break
            }
            try active.note(fact)
        }
    }
}
