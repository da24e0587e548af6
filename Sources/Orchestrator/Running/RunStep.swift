package import RunModel

/// The next thing to do in a run, decided from its journal alone.
///
/// Starting, continuing and resuming are the same loop: fold the journal, take the step, perform it, which appends the
/// facts that lead to the next one. A step cut off anywhere is decided again and recognises what it already did.
package enum RunStep: Hashable, Sendable {
    /// Pre-flight and baseline.
    case prepare
    /// Create the worktrees of a wave and let its agents work until each is judged.
    case work(wave: Int)
    /// Merge what passed in the wave onto the train and test it.
    case settle(wave: Int)
    /// Build the whole train again on a head that moved, and test it.
    case rebuild(TrainRebased)
    /// Move the branch to the tested commit.
    case land
    /// Push what landed.
    case publish
    /// Save what did not land, write blockers and the report.
    case report
    /// Remove worktrees and branches that are no longer needed, and close the journal.
    case finish

    /// Retries of a landing or push whose target moved.
    package static let maxRebases = 3

    /// The step that follows from the record, or `nil` when the run has ended.
    package static func next(after record: RunRecord) -> RunStep? {
        guard record.finished == nil, let plan = record.created?.plan else { return nil }
        if record.report != nil { return .finish }
        if record.cancellation != nil && record.landingStarted == nil { return .report }
        guard record.preflight != nil else { return .prepare }
        if let rebase = record.pendingRebase { return .rebuild(rebase) }
        let settled = record.train?.waves ?? 0
        if settled < plan.waves.count {
            let isJudged = plan.waves[settled].agents.allSatisfy { record.isJudged($0) }
            return isJudged ? .settle(wave: settled) : .work(wave: settled)
        }
        guard let train = record.train, train.commit != record.baseCommit else { return .report }
        // A train that was built again on a head that moved may have nobody left on it.
        guard train.isVerified, !train.agents.isEmpty else { return .report }
        if record.landed?.to != train.commit {
            return record.isLandingGivenUp || record.isLandingBlocked ? .report : .land
        }
        if record.wantsPush, record.pushes.last?.commit != train.commit { return .publish }
        return .report
    }
}

extension RunRecord {
    /// The commit the run starts from.
    package var baseCommit: String? { preflight?.baseCommit }

    /// The commit the next wave starts from.
    package var trainHead: String? { train?.commit ?? preflight?.baseCommit }

    /// The agent passed the gate or was refused: its wave need not wait for it.
    ///
    /// A verdict against it is not enough: the refusal is written after it, and a crash may lie between.
    package func isJudged(_ agent: AgentID) -> Bool {
        agents[agent]?.verdict?.isPassed == true || agents[agent]?.refusal != nil
    }

    /// Push was asked for and is not switched off.
    package var wantsPush: Bool {
        created?.plan.push != nil && created?.options.isPushEnabled == true
    }

    /// Files in the main working tree stand in the way of the landing.
    package var isLandingBlocked: Bool { landed?.to != train?.commit && workdir?.blockedPaths.isEmpty == false }

    package var isLandingGivenUp: Bool { rebaseCount > RunStep.maxRebases }

    /// Agents whose work passed the gate and is still wanted, in merge order.
    package func candidates(ofWaves count: Int) -> [AgentID] {
        guard let plan = created?.plan else { return [] }
        let members = Set(plan.waves.prefix(count).flatMap(\.agents))
        return plan.mergeOrder.filter {
            members.contains($0) && agents[$0]?.verdict?.isPassed == true && agents[$0]?.refusal == nil
        }
    }
}
