/// What the program's exit tells a script.
struct ExitStatus: RawRepresentable, Hashable, Sendable {
    let rawValue: Int32

    init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// Everything landed, or the command did what it was asked.
    static let success = ExitStatus(rawValue: 0)
    /// The run ended and some work was refused; or a check found something that fails.
    static let refused = ExitStatus(rawValue: 1)
    /// The answer is no: held by another, denied, not there.
    static let negative = ExitStatus(rawValue: 1)
    /// The task file, the settings or the command line is wrong.
    static let usage = ExitStatus(rawValue: 2)
    /// The surroundings are: no git repository, engine missing, disk full, store away.
    static let environment = ExitStatus(rawValue: 3)
    /// The command was not started, and may be later: its lock is held, or another is at it.
    ///
    /// 75 is `EX_TEMPFAIL` of sysexits.h.
    static let notNow = ExitStatus(rawValue: 75)
    /// Stopped by a signal; the journal is intact.
    static let interrupted = ExitStatus(rawValue: 130)
}
