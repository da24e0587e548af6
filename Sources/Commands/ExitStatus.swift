/// What the program's exit tells a script.
enum ExitStatus: Int32, Sendable {
    /// Everything landed, or the command did what it was asked.
    case success = 0
    /// The run ended and some work was refused; or a check found something that fails.
    case refused = 1
    /// The task file, the settings or the command line is wrong.
    case usage = 2
    /// The surroundings are: no git repository, engine missing, disk full.
    case environment = 3
    /// Stopped by a signal; the journal is intact.
    case interrupted = 130
}
