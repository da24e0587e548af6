/// One agent of a scenario's task file: what it owns, and the shell script that plays it.
struct ScriptAgent {
    var id: String
    var title: String
    /// Cells of the ownership table's second column, as an author writes them.
    var owns: [String]
    var script: String
    var test: String?
    var outputs: [String]
    var message: String
    /// Text of its own before the script.
    var note: String
    /// Agents whose work it builds on.
    var dependsOn: [String] = []

    init(
        _ id: String,
        title: String? = nil,
        owns: [String],
        test: String? = nil,
        outputs: [String] = [],
        message: String? = nil,
        note: String = "",
        script: String
    ) {
        self.id = id
        self.title = title ?? "Work of \(id)"
        self.owns = owns
        self.script = script
        self.test = test
        self.outputs = outputs
        self.message = message ?? "feat: work of \(id)"
        self.note = note
    }

    /// The agent's section in the shape that the examples use.
    var section: String {
        var text = "### Agent \(id): \(title)\n\n"
        if !note.isEmpty { text += note + "\n\n" }
        text += "#### Build\n\n```bash\n\(script)\n```\n\n"
        if let test { text += "#### Test\n\n```bash\n\(test)\n```\n\n" }
        if !outputs.isEmpty {
            text += "#### Output Files\n" + outputs.map { "- \($0)\n" }.joined() + "\n"
        }
        return text + "#### Commit\n\(message)\n\n"
    }
}

/// A task file with script agents, in the shape people write.
struct ScriptTaskFile {
    var title = "Scenario SC1: a story"
    var engine = "script"
    var agents: [ScriptAgent]
    var verify: [String] = []
    var append: [String] = []
    /// Further lines of front matter.
    var frontMatter: [String] = []
    /// Lines of the merge fence after the merges: `cat ... >> ...`.
    var collect: [String] = []
    var pushes = true
    /// Lines of the pre-flight fence; none when empty.
    var preflight: [String] = []
    /// Merge order; file order when empty.
    var order: [String] = []

    var text: String {
        var text = "---\nengine: \(engine)\n"
        if !verify.isEmpty { text += "verify:\n" + verify.map { "  - \(Self.quoted($0))\n" }.joined() }
        if !append.isEmpty { text += "append:\n" + append.map { "  - \(Self.quoted($0))\n" }.joined() }
        text += frontMatter.map { $0 + "\n" }.joined() + "---\n# \(title)\n\n"
        if !preflight.isEmpty { text += "## Pre-Flight\n\n```bash\n\(preflight.joined(separator: "\n"))\n```\n\n" }
        let hasDependencies = agents.contains { !$0.dependsOn.isEmpty }
        text += "## File Ownership\n\n| Agent | Files Owned |\(hasDependencies ? " Depends on |" : "")\n"
        text += "|---|---|\(hasDependencies ? "---|" : "")\n"
        for agent in agents {
            text += "| \(agent.id) | \(agent.owns.joined(separator: ", ")) |"
            text += hasDependencies ? " \(agent.dependsOn.joined(separator: ", ")) |\n" : "\n"
        }
        text += "\n## Launch the agents (parallel)\n\n" + agents.map(\.section).joined()
        text += "## Merge\n\n```bash\n"
        for id in order.isEmpty ? agents.map(\.id) : order {
            text += "git merge <agent-\(id.lowercased())-branch> --no-edit\n"
        }
        text += collect.map { $0 + "\n" }.joined()
        if pushes { text += "git push origin main\n" }
        return text + "```\n"
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
