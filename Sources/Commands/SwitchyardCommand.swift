import ArgumentParser

/// The root of the command line.
struct SwitchyardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchyard",
        abstract: "Run a task file's agents in parallel worktrees, and land what passed.",
        discussion: """
            A task file is Markdown that describes a few agents: what each may write, and what it shall do. \
            Switchyard gives each its own git worktree, runs them side by side, refuses what breaks the rules, \
            merges the rest, verifies the merged tree, lands and pushes it, and writes a report.

            FIRST STEPS:
              switchyard init             make the settings file, folders and an example
              switchyard doctor           see whether this machine has what is needed
              switchyard plan FILE        see what would run; changes nothing
              switchyard run FILE         run it

            EXIT STATUS:
              0    everything landed, or the command did what it was asked
              1    the run ended and some work was refused; the report says what
              2    the task file, the settings or the command line is wrong
              3    the surroundings are: no git repository, engine missing, disk full
              130  stopped by a signal; 'switchyard resume' goes on
            """,
        version: "switchyard \(Program.version)",
        groupedSubcommands: [
            CommandGroup(name: "Work", subcommands: [RunCommand.self, PlanCommand.self]),
            CommandGroup(
                name: "Runs",
                subcommands: [RunsCommand.self, ResumeCommand.self, CancelCommand.self, CleanCommand.self]
            ),
            CommandGroup(
                name: "Ledger",
                subcommands: [
                    DispatchCommand.self, TriageCommand.self, BlockersCommand.self, ThreadsCommand.self,
                    TicketsCommand.self, FindingsCommand.self, RequeueCommand.self, InboxCommand.self,
                    ReportCommand.self,
                ]
            ),
            CommandGroup(
                name: "What processes and agents share",
                subcommands: [
                    LockCommand.self, QueueCommand.self, CacheCommand.self, LimitCommand.self, PubSubCommand.self,
                    OnceCommand.self, JobsCommand.self, AlertsCommand.self, DatabaseCommand.self, HealthCommand.self,
                ]
            ),
            CommandGroup(
                name: "Surroundings",
                subcommands: [InitCommand.self, DoctorCommand.self, SettingsCommand.self, ManualCommand.self]
            ),
        ]
    )
}
