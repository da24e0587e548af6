import ArgumentParser

/// `switchyard threads`.
struct ThreadsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "threads",
        abstract: "Decision threads: what people are asked, what they said, what follows of it.",
        discussion: """
            A thread is about a finding, a blocker or a ticket, and bears its name. It waits for one of these:

              summary         a first post: issue and options; 'switchyard dispatch' writes it
              answer          an answer to a person's question
              ticket          a ticket of what a person decided; 'switchyard dispatch' makes it
              closing         its end, because a person wants nothing done; dispatch does that, too
              clarification   a person chose something that the thread does not offer
              person          a person's word
              nothing         it is settled

            EXAMPLES:
              switchyard threads
              switchyard threads list --need person
              switchyard threads show F-31
              switchyard threads decide F-31 --option 2 --note "but default it to 90 days"
              switchyard threads answer F-31 "It runs once a night, in the importer. Option 1 or 2?"
            """,
        subcommands: [
            ThreadsListCommand.self, ThreadsShowCommand.self, ThreadsAnswerCommand.self, ThreadsDecideCommand.self,
            ThreadsMarkReadCommand.self, ThreadsClassifyCommand.self,
        ],
        defaultSubcommand: ThreadsListCommand.self
    )
}
