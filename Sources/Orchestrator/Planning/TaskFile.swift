package import RunModel

/// A task file as it was read: its parts with their places in the source, not yet joined or checked.
package struct TaskFile: Sendable {
    /// The path as given, for messages.
    package var file: String
    /// What reading found wrong.
    package var findings: [Finding] = []
    /// Lines visited while reading, look-ahead included: the measure of the reader's cost.
    package var steps = 0
    package var title = ""
    package var label: String?

    var frontMatter = FrontMatter()
    var agents: [TaskAgent] = []
    var rows: [OwnershipTable.Row] = []
    /// Text for every agent's prompt.
    var sharedContext = ""
    var shared = PromptParts()
    var readOnly: [PathItem] = []
    var merge = MergeParts()
    var order = OrderParts()
    var preflight: [PreflightStep] = []
    var base: String?
    var reportTemplate: String?
    /// Model and isolation that a sentence outside the agents names for all.
    var model: String?
    var isolation: String?

    package init(file: String) {
        self.file = file
    }
}

/// One agent's part of a task file.
struct TaskAgent: Sendable {
    var id: String
    var title: String
    var line: Int
    var column: Int
    var prompt: String
    var parts: PromptParts
    /// Number of the wave in whose section the agent stands.
    var wave: Int?
    /// The prompt is a call or a fence, not the whole body.
    var hasOwnPrompt: Bool
}

/// What the sections after the agents say about merging.
struct MergeParts: Sendable {
    struct Line: Sendable {
        var branch: String
        var message: String?
        var line: Int
        var column: Int
    }

    struct Sentence: Sendable {
        var text: String
        var line: Int
        var column: Int
    }

    var lines: [Line] = []
    var sentences: [Sentence] = []
    var collect: [CollectRule] = []
    var removed: [String] = []
    var append: [String] = []
    var verify: [String] = []
    var verifySetup: [String] = []
    var push: PushTarget?
    var pushLine = 0
    var isPushForced = false
    /// The branch a person enters before the agents start.
    var ownBranch: String?
}

/// What a task file says about which agent waits for which.
struct OrderParts: Sendable {
    struct Claim: Sendable {
        var text: String
        var line: Int
        var column: Int
    }

    /// `1A → 1B + 1C → 1D`, best source first.
    var chains: [Claim] = []
    /// Lines of a build order, each a stage.
    var stages: [Claim] = []
    /// `Wave 1: A, B`.
    var numbered: [(wave: Int, claim: Claim)] = []
    /// Sentences that say `depends on`.
    var sentences: [Claim] = []
    /// Sentences about spawning agents first and later.
    var launches: [Claim] = []
}
