import RunModel

/// The settings git reads in a guarded worktree, and the environment that makes it read them.
struct GuardSettings: Sendable {
    let site: GuardSite

    /// The transport that all pushes are sent to; git looks for a program `git-remote-<transport>`.
    static let refusedTransport = "refused-by-switchyard"

    /// A settings file: the hooks, no clean-up in the background, no URL to push to, a log for every ref.
    ///
    /// It stands twice: as `config.worktree`, which git reads by itself, and beside the hooks for the environment.
    var text: String {
        """
        # Written by Switchyard for agent \(site.agent.slug) of run \(site.run); goes away with the worktree.
        [core]
        \thooksPath = \(Self.quoted(site.hooks))
        \tlogAllRefUpdates = always
        [gc]
        \tauto = 0
        [maintenance]
        \tauto = false
        [url "\(Self.refusedTransport)://"]
        \tpushInsteadOf = ""

        """
    }

    /// Makes git read the settings wherever the agent's shell goes, but only for the guarded repository.
    ///
    /// An unconditional `core.hooksPath` would also replace the hooks of repositories that a test suite makes.
    var environment: [String: String] {
        let folder = Self.escapedGlob(site.commonFolder)
        return [
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "includeIf.gitdir:\(folder).path",
            "GIT_CONFIG_VALUE_0": site.settings,
            "GIT_CONFIG_KEY_1": "includeIf.gitdir:\(folder)/.path",
            "GIT_CONFIG_VALUE_1": site.settings,
        ]
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character)
        }
        return quoted + "\""
    }

    private static func escapedGlob(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if "*?[\\".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
