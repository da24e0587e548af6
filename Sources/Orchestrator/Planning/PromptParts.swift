import RunModel

/// What a prompt, or the text around one, says in its sections.
struct PromptParts: Sendable {
    var owned: [PathItem] = []
    /// Paths of sentences, and under `Scope`, a word for what is owned as well as for what is talked about.
    var scoped: [PathItem] = []
    var forbidden: [PathItem] = []
    var reads: [PathItem] = []
    var outputs: [PathItem] = []
    /// Files of scenarios and changelog entries: written beside the work, often by several agents.
    var records: [PathItem] = []
    /// Test files the agent is told to write.
    var testFiles: [PathItem] = []
    /// Commands of the test section.
    var tests: [String] = []
    var testSetup: [String] = []
    /// Test commands of numbered steps.
    var stepTests: [String] = []
    /// `TEST COMMAND: ...`.
    var testCommands: [String] = []
    var commitMessage: String?
    /// Texts behind `Depends on:`.
    var dependencies: [(text: String, line: Int, column: Int)] = []
    var scripts: [ScriptBlock] = []
    /// Shell fences outside `Build` and `Steps`.
    var otherScripts: [ScriptBlock] = []
    /// The task's name when the agent's heading has none.
    var title: String?
    var model: String?
    var isolation: String?
    var engine: String?

    /// Takes in what another text about the same agent says.
    mutating func merge(_ other: PromptParts) {
        owned += other.owned
        scoped += other.scoped
        forbidden += other.forbidden
        reads += other.reads
        outputs += other.outputs
        records += other.records
        testFiles += other.testFiles
        if tests.isEmpty {
            tests = other.tests
            testSetup = other.testSetup
        }
        stepTests += other.stepTests
        testCommands += other.testCommands
        commitMessage = commitMessage ?? other.commitMessage
        dependencies += other.dependencies
        scripts += other.scripts
        otherScripts += other.otherScripts
        title = title ?? other.title
        model = model ?? other.model
        isolation = isolation ?? other.isolation
        engine = engine ?? other.engine
    }
}
