import ArgumentParser

/// `switchyard queue`.
struct QueueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Put work into a queue, hand it out, and see what became of it.",
        discussion: """
            Work is handed out at least once: a worker that dies, or does not answer within its lease, loses it to \
            another, and what it reports afterwards is refused. Jobs that fail come back after a pause; without \
            attempts left they become dead letters, which stay until they are redriven or purged.

            EXAMPLES:
              switchyard queue push mail '{"to":"ann@example.org"}' --kind welcome
              switchyard queue pull mail --lease 5m --json
              switchyard queue complete 12.1.7
              switchyard queue work mail --exec ./send-mail --concurrency 4
              switchyard queue stats
            """,
        subcommands: [
            QueuePushCommand.self, QueuePullCommand.self, QueueCompleteCommand.self, QueueFailCommand.self,
            QueueSnoozeCommand.self, QueueHeartbeatCommand.self, QueueWorkCommand.self, QueueStatsCommand.self,
            QueueListCommand.self, QueueShowCommand.self, QueueDeadCommand.self, QueueRedriveCommand.self,
            QueueCancelCommand.self, QueuePauseCommand.self, QueueResumeCommand.self, QueueLimitsCommand.self,
            QueuePurgeCommand.self,
        ]
    )
}

/// The queue a verb is about.
struct QueueArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The queue's name.", valueName: "queue"))
    var queue: String
}
