import Foundation
import RunModel
import Terminal

/// Everything a command takes from outside: nothing below it reads the process's own environment or streams.
struct CommandContext: Sendable {
    /// The process's environment variables.
    var environment: [String: String]
    /// Absolute path of the folder the command was started in.
    var workingDirectory: String
    /// Absolute path of this program, to start it again as a keeper.
    var programPath: String
    /// What somebody pipes in.
    var input: StandardInput
    /// Results.
    var output: any TextSink
    /// Talk: progress, hints, errors.
    var talk: any TextSink
    var outputTraits: TerminalTraits
    var talkTraits: TerminalTraits
    /// The window's present size; asked for each frame, because windows are resized.
    var windowSize: @Sendable () -> TerminalTraits.Size?
    var now: @Sendable () -> Date
    /// Signals that ask the program to stop, while somebody listens.
    var interrupts: @Sendable () -> AsyncStream<Interrupt>
    /// Ends the process without any clean-up, with that status.
    var endProcess: @Sendable (Int32) -> Void
    /// Is told all progress of runs before any display; for tests that stop the program at a certain fact.
    var observe: @Sendable (RunProgress) -> Void = { _ in }
}

/// A person, or the system, asks the program to stop.
enum Interrupt: Sendable, Hashable {
    /// Ctrl-C.
    case interrupt
    case terminate
    /// The terminal went away.
    case hangUp

    /// The signal's number, for the exit status 128 + number.
    var signalNumber: Int32 {
        switch self {
        case .interrupt: 2
        case .terminate: 15
        case .hangUp: 1
        }
    }
}
