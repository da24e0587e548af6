import ChildProcesses

/// What the repository and the user's settings say about hooks and committers: the same for all agents of a run.
package struct GuardFacts: Sendable, Hashable {
    /// Where git takes hooks from without the guard; a relative folder counts from the worktree's root.
    var projectHooks: String
    /// Hooks can be bound to a worktree.
    var isBound: Bool
    /// Identity from the settings; empty when there is none.
    var name: String
    var email: String

    /// Reads them from the repository.
    ///
    /// `isBound` is what ``WorktreeGuard/prepare(commonFolder:tools:)`` answered; with `nil` git is asked.
    package static func load(
        commonFolder: String,
        isBound: Bool? = nil,
        tools: GuardTools
    ) async throws(OrchestratorError) -> GuardFacts {
        // The command, because it looks where the agent's own git will look.
        var values: [String] = []
        for words in [["--type=path", "--get", "core.hooksPath"], ["--get", "user.name"], ["--get", "user.email"]] {
            let output = try await tools.git(["config"] + words, in: commonFolder)
            values.append(output.outputText.split(separator: "\n").first.map(String.init) ?? "")
        }
        let answer: Bool
        if let isBound {
            answer = isBound
        } else {
            answer = try await WorktreeSettings(commonFolder: commonFolder).isEnabled(tools: tools)
        }
        return GuardFacts(
            projectHooks: values[0].isEmpty ? commonFolder + "/hooks" : values[0],
            isBound: answer,
            name: values[1],
            email: values[2]
        )
    }
}
