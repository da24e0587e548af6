import ArgumentParser

/// `switchyard run`.
struct RunCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a task file: agents work, what passed is merged, verified, landed and pushed.",
        discussion: """
            WHAT HAPPENS:
              1. The task file is read and checked. An error ends it here, with
                 nothing changed.
              2. Each agent works in a worktree of its own, several at a time.
              3. A gate looks at what each did: only its own files, tests pass, no
                 conflict markers. Refused work is kept under a ref and explained in
                 a blocker; the others go on.
              4. What passed is merged in memory, and the task file's checks run on
                 the merged commit.
              5. The branch moves to exactly that commit, which is then pushed.
              6. A report says who did what, and what was refused and why.
            Your own working tree is left alone; only step 5 moves it along, where \
            nothing of yours stands in the way.

            Ctrl-C stops in good order, and 'switchyard resume' goes on later. Twice ends at once.

            EXAMPLES:
              switchyard run tasks/qs9-t3.md
              switchyard run tasks/qs9-t3.md --only A,C --no-push
              switchyard run tasks/*.md --display plain 2> run.log
              switchyard run tasks/qs9-t3.md --dry-run

            EXIT STATUS: 0 all landed, 1 some work refused, 2 task file wrong, \
            3 surroundings wrong, 130 stopped.
            """
    )

    @Argument(help: ArgumentHelp("Task files; several run one after the other.", valueName: "file"))
    var files: [String]

    @OptionGroup var flags: RunFlags

    @Option(help: ArgumentHelp("Run only these agents, separated by commas.", valueName: "agents"))
    var only: String?

    @Flag(name: [.short, .long], help: "Show what would run, as 'switchyard plan' does; change nothing.")
    var dryRun = false

    @Flag(help: "Let agents whose files overlap run one after the other, instead of refusing the plan.")
    var serializeOverlaps = false

    @Flag(help: "Also run those pre-flight commands of the task file that are not git steps.")
    var runPreflight = false
}
