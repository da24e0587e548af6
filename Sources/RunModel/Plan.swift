/// What will run, checked: the whole meaning of one task file.
package struct Plan: Hashable, Sendable, Codable {
    package var title: String
    /// Short id from the title (`QS9-T3`, `Sprint 82`); `nil` when the title holds none.
    package var label: String?
    /// The task file's path as given.
    package var file: String
    /// The base branch's name when the task file names one; `nil` means the repository's default.
    package var base: String?
    package var assignments: [Assignment]
    package var mergeOrder: [AgentID]
    package var collect: [CollectRule]
    /// Globs of files that are merged by union.
    package var append: [String]
    /// Commands run once on exactly the commit that lands.
    package var verify: [String]
    /// Shell lines that prepare the environment of the verify commands, run before each in its shell.
    package var verifySetup: [String]
    /// Where to push after landing; `nil` for no push.
    package var push: PushTarget?
    /// The text to fill and put at the head of the report.
    package var reportTemplate: String?
    /// Text before the first agent that goes into every prompt, in file order.
    package var sharedContext: String
    /// Paths no agent may modify unless its own row names them.
    package var readOnly: [PathPattern]
    package var preflight: [PreflightStep]
    package var maxParallel: Int?
    /// Assignments that may run together, first wave first.
    package var waves: [Wave]
    package var findings: [Finding]

    package init(
        title: String,
        label: String? = nil,
        file: String,
        base: String? = nil,
        assignments: [Assignment] = [],
        mergeOrder: [AgentID] = [],
        collect: [CollectRule] = [],
        append: [String] = [],
        verify: [String] = [],
        verifySetup: [String] = [],
        push: PushTarget? = nil,
        reportTemplate: String? = nil,
        sharedContext: String = "",
        readOnly: [PathPattern] = [],
        preflight: [PreflightStep] = [],
        maxParallel: Int? = nil,
        waves: [Wave] = [],
        findings: [Finding] = []
    ) {
        self.title = title
        self.label = label
        self.file = file
        self.base = base
        self.assignments = assignments
        self.mergeOrder = mergeOrder
        self.collect = collect
        self.append = append
        self.verify = verify
        self.verifySetup = verifySetup
        self.push = push
        self.reportTemplate = reportTemplate
        self.sharedContext = sharedContext
        self.readOnly = readOnly
        self.preflight = preflight
        self.maxParallel = maxParallel
        self.waves = waves
        self.findings = findings
    }

    /// The assignment of that agent, or `nil`.
    package subscript(_ id: AgentID) -> Assignment? { assignments.first { $0.id == id } }
}

/// Assignments that may run at the same time: none depends on another, no two own the same path.
package struct Wave: Hashable, Sendable, Codable {
    package var agents: [AgentID]

    package init(_ agents: [AgentID]) {
        self.agents = agents
    }
}

/// After merging, files that match are appended to the target in merge order.
package struct CollectRule: Hashable, Sendable, Codable {
    package var pattern: String
    package var target: String
    /// The task file removes the pieces once they are appended.
    package var removesSources: Bool
    /// Where the rule stands in the task file, from 1.
    package var line: Int

    package init(pattern: String, target: String, removesSources: Bool = false, line: Int = 0) {
        self.pattern = pattern
        self.target = target
        self.removesSources = removesSources
        self.line = line
    }
}

/// A remote and the branch on it that receives the result.
package struct PushTarget: Hashable, Sendable, Codable {
    package var remote: String
    /// The branch's name; `HEAD` for the branch the run lands on.
    package var branch: String

    package init(remote: String, branch: String) {
        self.remote = remote
        self.branch = branch
    }
}

/// One command of the pre-flight section, sorted by what becomes of it.
package struct PreflightStep: Hashable, Sendable, Codable {
    package enum Handling: String, Hashable, Sendable, Codable {
        /// Done by the runner itself, once: checkout, pull, log, worktree prune.
        case native
        /// Needs no action: `cd` to the checkout, `echo`, `source`.
        case noted
        /// Not run unless asked for.
        case skipped
    }

    package var command: String
    package var handling: Handling
    package var line: Int

    package init(command: String, handling: Handling, line: Int) {
        self.command = command
        self.handling = handling
        self.line = line
    }
}
