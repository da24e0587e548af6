package struct CandidateBuilt: Hashable, Sendable, Codable {
    /// The commit to verify and land (hex).
    package var commit: String
    /// The commit it was built on (hex).
    package var base: String
    /// One outcome per agent offered, in train order.
    package var outcomes: [MergeOutcome]

    package init(commit: String, base: String, outcomes: [MergeOutcome]) {
        self.commit = commit
        self.base = base
        self.outcomes = outcomes
    }
}

package struct VerifyFinished: Hashable, Sendable, Codable {
    package var commit: String
    package var isPassed: Bool
    /// The command failed once and passed when repeated.
    package var isFlaky: Bool
    /// First failing command, or `nil`.
    package var failedCommand: String?
    /// The last lines it printed.
    package var output: String?
    package var duration: Duration

    package init(
        commit: String,
        isPassed: Bool,
        isFlaky: Bool = false,
        failedCommand: String? = nil,
        output: String? = nil,
        duration: Duration = .zero
    ) {
        self.commit = commit
        self.isPassed = isPassed
        self.isFlaky = isFlaky
        self.failedCommand = failedCommand
        self.output = output
        self.duration = duration
    }
}

package struct Bisected: Hashable, Sendable, Codable {
    package var culprits: [AgentID]
    package var rounds: Int

    package init(culprits: [AgentID], rounds: Int) {
        self.culprits = culprits
        self.rounds = rounds
    }
}

package struct TrainSettled: Hashable, Sendable, Codable {
    /// Waves the train holds, counted from the first.
    package var waves: Int
    /// The commit it was built on (hex).
    package var base: String
    /// Its head (hex); equal to `base` when nothing merged.
    package var commit: String
    /// Agents whose work it holds, in train order.
    package var agents: [AgentID]
    /// The head passed `verify`, or there is nothing to verify.
    package var isVerified: Bool

    package init(waves: Int, base: String, commit: String, agents: [AgentID], isVerified: Bool) {
        self.waves = waves
        self.base = base
        self.commit = commit
        self.agents = agents
        self.isVerified = isVerified
    }
}

package struct TrainRebased: Hashable, Sendable, Codable {
    package enum Cause: String, Hashable, Sendable, Codable {
        case branchMoved = "branch_moved"
        case remoteMoved = "remote_moved"
    }

    /// The new head to build on (hex).
    package var onto: String
    package var cause: Cause

    package init(onto: String, cause: Cause) {
        self.onto = onto
        self.cause = cause
    }
}

package struct CancelRequested: Hashable, Sendable, Codable {
    /// Who asked, as `user@host`.
    package var by: String

    package init(by: String) {
        self.by = by
    }
}

package struct Landing: Hashable, Sendable, Codable {
    /// Full ref name of the branch.
    package var branch: String
    /// Expected old commit and tested new one (hex).
    package var from: String
    package var to: String
    package var agents: [AgentID]

    package init(branch: String, from: String, to: String, agents: [AgentID]) {
        self.branch = branch
        self.from = from
        self.to = to
        self.agents = agents
    }
}

package struct WorkdirUpdated: Hashable, Sendable, Codable {
    /// The main working tree now shows the landed commit, or has another branch checked out.
    package var isUpdated: Bool
    /// Paths that stood in the way.
    package var blockedPaths: [String]

    package init(isUpdated: Bool, blockedPaths: [String]) {
        self.isUpdated = isUpdated
        self.blockedPaths = blockedPaths
    }
}

package struct PushAttempt: Hashable, Sendable, Codable {
    package var remote: String
    package var branch: String
    package var commit: String

    package init(remote: String, branch: String, commit: String) {
        self.remote = remote
        self.branch = branch
        self.commit = commit
    }
}

package struct PushFinished: Hashable, Sendable, Codable {
    package enum Result: String, Hashable, Sendable, Codable {
        case pushed
        case upToDate = "up_to_date"
        /// The remote moved more often than there are retries.
        case remoteMoved = "remote_moved"
        /// The server or a hook said no.
        case rejected
        /// No answer: network, credentials, no such remote.
        case failed
    }

    package var remote: String
    package var branch: String
    package var commit: String
    package var result: Result
    package var message: String?

    package init(remote: String, branch: String, commit: String, result: Result, message: String? = nil) {
        self.remote = remote
        self.branch = branch
        self.commit = commit
        self.result = result
        self.message = message
    }
}

/// Work that did not land, kept under a ref.
package struct WorkSaved: Hashable, Sendable, Codable {
    package var agent: AgentID
    package var ref: String
    package var commit: String

    package init(agent: AgentID, ref: String, commit: String) {
        self.agent = agent
        self.ref = ref
        self.commit = commit
    }
}

package struct WorktreeRemoved: Hashable, Sendable, Codable {
    package var agent: AgentID
    package var path: String

    package init(agent: AgentID, path: String) {
        self.agent = agent
        self.path = path
    }
}

package struct ReportWritten: Hashable, Sendable, Codable {
    /// Paths relative to the repository.
    package var markdown: String
    package var json: String

    package init(markdown: String, json: String) {
        self.markdown = markdown
        self.json = json
    }
}

package struct RunFinished: Hashable, Sendable, Codable {
    package var state: RunState
    package var exitStatus: Int32

    package init(state: RunState, exitStatus: Int32) {
        self.state = state
        self.exitStatus = exitStatus
    }
}
