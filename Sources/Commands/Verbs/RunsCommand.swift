import ArgumentParser

/// `switchyard runs`: a group of verbs that read.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List runs, and look into one: its state, an agent's log, its report.",
        discussion: """
            A run is named by its id, by the first characters of it, or by the word 'latest'.

            EXAMPLES:
              switchyard runs
              switchyard runs show latest
              switchyard runs logs latest B --follow
              switchyard runs report latest | less
            """,
        subcommands: [RunsListCommand.self, RunsShowCommand.self, RunsLogsCommand.self, RunsReportCommand.self],
        defaultSubcommand: RunsListCommand.self
    )
}
