import Agents

/// The texts of the files that `switchyard init` makes.
enum ScaffoldText {
    /// The settings file: everything commented out, each with its default.
    static func settings() -> String {
        var text = """
            # Settings of switchyard for this repository. Everything is optional; what is commented out shows the default.
            # 'switchyard settings' prints what holds and where it came from; 'docs/settings.md' describes every key.

            """
        var section = ""
        for entry in SettingTable.entries {
            let parts = entry.key.split(separator: ".").map(String.init)
            text += "\n"
            if parts.count > 1, parts[0] != section {
                section = parts[0]
                text += "# \(section):\n"
            }
            let indent = parts.count > 1 ? "  " : ""
            text += "# \(indent)# \(entry.description)\n"
            text += "# \(indent)\(parts[parts.count - 1]): \(entry.standard?.text ?? "")\n"
        }
        return text + """

            # engines:
            #   reviewer:
            #     command: [my-agent, --stdin]      # the prompt comes on standard input
            #     inherit: [MY_AGENT_TOKEN]

            """
    }

    /// Templates by file name; the program has them built in, and a file of that name wins.
    static let prompts = PromptTemplate.embedded.sorted { $0.key < $1.key }

    /// A task file that runs in any repository: two script agents, no model, no key.
    static let example = """
        ---
        engine: script
        verify:
          - grep -q first notes/first.md
          - grep -q second notes/second.md
        ---
        # First run: two notes

        Two agents write a note each, at the same time, each in a worktree of its own. They are scripts and need no model, so
        this runs anywhere. Replace the scripts by prose and the engine by `claude` or `codex`, and they are coding agents.

        ## File Ownership

        | Agent | Files Owned |
        |-------|-------------|
        | A | `notes/first.md` (NEW) |
        | B | `notes/second.md` (NEW) |

        ## Launch Both Agents (parallel)

        ### Agent A: First note

        #### Build

        ```sh
        mkdir -p notes
        echo "# The first note" > notes/first.md
        ```

        ### Agent B: Second note

        #### Build

        ```sh
        mkdir -p notes
        echo "# The second note" > notes/second.md
        ```

        ## Merge

        Merge in order: A -> B

        """
}
