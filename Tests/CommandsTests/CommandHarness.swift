import Foundation
import Locking
import Terminal
import TestSupport

@testable import Commands

/// Runs commands of the tool inside the test process, with captured streams and a fixed time.
struct CommandHarness {
    struct Result: Sendable {
        var status: ExitStatus
        var output: String
        var talk: String

        /// All of it, for snapshots: status, results, talk.
        var transcript: String {
            "exit status \(status.rawValue)\n--- output\n\(output)--- talk\n\(talk)"
        }
    }

    var workingDirectory: String
    var environment: [String: String] = [:]
    /// The time that commands see.
    var now: @Sendable () -> Date = { Date(timeIntervalSince1970: 1_795_251_600) }
    /// The program that commands start again as a keeper of child processes; only runs of agents need a real one.
    var programPath = "/nonexistent/switchyard"

    /// The folder of a test's own repository.
    init(in folder: String, environment: [String: String] = [:]) {
        workingDirectory = folder
        self.environment = environment
    }

    func run(_ arguments: String...) async -> Result { await run(arguments) }

    func run(_ arguments: [String]) async -> Result {
        let output = CapturingSink()
        let talk = CapturingSink()
        let traits = TerminalTraits(isTerminal: false, isColoured: false, isUnicode: true)
        var variables = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
        variables.merge(environment) { $1 }
        let context = CommandContext(
            environment: variables,
            workingDirectory: workingDirectory,
            programPath: programPath,
            // No open file has this number: a command that reads although it was given its payload would say so.
            input: StandardInput(-1),
            output: output,
            talk: talk,
            outputTraits: traits,
            talkTraits: traits,
            windowSize: { nil },
            now: now,
            interrupts: { AsyncStream { $0.finish() } },
            endProcess: { _ in }
        )
        let status = await Program.run(arguments, in: context)
        return Result(status: status, output: output.text, talk: talk.text)
    }
}

/// Keeps what is written.
final class CapturingSink: TextSink {
    private let content = Lock("")

    var text: String { content.withLock { $0 } }

    func write(_ text: String) { content.withLock { $0 += text } }

    func write(bytes: [UInt8]) { write(String(decoding: bytes, as: UTF8.self)) }
}
