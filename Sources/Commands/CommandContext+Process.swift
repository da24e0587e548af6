import Foundation
import Glibc
import Terminal

extension CommandContext {
    /// The real surroundings of this process.
    static func ofThisProcess(arguments: [String]) -> CommandContext {
        let environment = ProcessInfo.processInfo.environment
        let output = FileDescriptorSink.standardOutput
        let talk = FileDescriptorSink.standardError
        return CommandContext(
            environment: environment,
            workingDirectory: FileManager.default.currentDirectoryPath,
            programPath: programPath(arguments: arguments),
            input: StandardInput(STDIN_FILENO),
            output: output,
            talk: talk,
            outputTraits: TerminalTraits(
                isTerminal: output.isTerminal,
                size: output.terminalSize,
                environment: environment
            ),
            talkTraits: TerminalTraits(isTerminal: talk.isTerminal, size: talk.terminalSize, environment: environment),
            windowSize: { talk.terminalSize },
            now: { Date() },
            interrupts: { SignalWatcher.interrupts() },
            endProcess: { _exit($0) }
        )
    }

    /// The running file itself; the name it was called by may be relative or found through `PATH`.
    private static func programPath(arguments: [String]) -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? arguments.first
            ?? "switchyard"
    }
}
