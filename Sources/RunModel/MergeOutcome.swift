/// What became of one candidate on the merge train.
package struct MergeOutcome: Hashable, Sendable, Codable {
    package enum Result: String, Hashable, Sendable, Codable {
        case merged
        case refused
    }

    package var agent: AgentID
    package var result: Result
    /// The merge commit on the train (hex); `nil` when refused.
    package var commit: String?
    package var reason: RefusalReason?
    /// One line for people: how it merged, or why not.
    package var summary: String
    package var conflicts: [ConflictRecord]

    package init(
        agent: AgentID,
        result: Result,
        commit: String? = nil,
        reason: RefusalReason? = nil,
        summary: String,
        conflicts: [ConflictRecord] = []
    ) {
        self.agent = agent
        self.result = result
        self.commit = commit
        self.reason = reason
        self.summary = summary
        self.conflicts = conflicts
    }
}

/// A path on which two sides disagree.
package struct ConflictRecord: Hashable, Sendable, Codable {
    package var path: String
    /// `content`, `modify/delete`, `add/add`, `file/folder`, `rename`.
    package var kind: String
    /// The agents whose landed work stands on the other side; empty when it came from the branch itself.
    package var others: [AgentID]
    /// Conflicting hunks in diff3 style, with the sides labelled by agent; cut to a readable length.
    package var hunks: [String]

    package init(path: String, kind: String, others: [AgentID] = [], hunks: [String] = []) {
        self.path = path
        self.kind = kind
        self.others = others
        self.hunks = hunks
    }
}
