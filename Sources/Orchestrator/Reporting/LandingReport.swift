package import RunModel

/// What became of the branch and the remote.
package struct LandingReport: Hashable, Sendable, Codable {
    /// Short name of the base branch; `nil` when pre-flight did not get that far.
    package var branch: String?
    /// The commit the run started from (hex).
    package var base: String?
    /// The commit that landed (hex), which is the one that was verified; `nil` when nothing landed.
    package var commit: String?
    /// The branch's commit right before landing (hex).
    package var from: String?
    /// How often the train was built again because the branch or the remote moved.
    package var rebases: Int
    package var workdir: WorkdirUpdated?
    /// Where a tested commit waits that could not land; `nil` without one.
    package var waitingRef: String?
    /// The last push; `nil` when none was tried.
    package var push: PushFinished?
    /// Why no push was tried, as a sentence; `nil` when one was.
    package var noPushReason: String?

    /// The landed commit is on the remote.
    package var isPushed: Bool {
        guard let push, push.commit == commit else { return false }
        return push.result == .pushed || push.result == .upToDate
    }

    /// A push was tried and the remote does not have the commit.
    package var isPushFailed: Bool { commit != nil && push != nil && !isPushed }
}

/// What the train did with one agent's work.
package struct MergeReport: Hashable, Sendable, Codable {
    package var agent: AgentID
    package var result: MergeOutcome.Result
    /// The merge commit on the train (hex); `nil` when refused.
    package var commit: String?
    package var reason: RefusalReason?
    package var summary: String
    package var conflicts: [ConflictRecord]
    /// How often the agent's work was offered to a train.
    package var offers: Int
}

/// What was known to fail before, what the merged tree showed, and who was found to break it.
package struct VerificationReport: Hashable, Sendable, Codable {
    /// One run of the verify commands on one commit.
    package struct Check: Hashable, Sendable, Codable {
        package var commit: String
        package var isPassed: Bool
        package var isFlaky: Bool
        package var failedCommand: String?
        package var output: String?
        package var seconds: Double
    }

    package var commands: [String]
    package var baseline: [BaselineFailure]
    package var checks: [Check]
    package var bisections: [Bisected]
    /// The landed commit itself passed; `nil` when nothing landed or there is nothing to run.
    package var isLandedCommitVerified: Bool?
}
