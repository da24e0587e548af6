import ArgumentParser
import ChildProcesses
import Foundation
import Services
import Terminal

/// `switchyard once`.
struct OnceCommand: StoreVerb {
    static let configuration = CommandConfiguration(
        commandName: "once",
        abstract: "Run a command once per key; later calls get its stored output.",
        discussion: """
            The first caller runs the command; what it printed and its exit status are stored and given to everyone who \
            asks with the same key, until '--ttl' is over. A caller that comes while it runs waits for it. A command that \
            fails is forgotten, so that the next caller tries again; '--keep-failures' stores failures, too. The same key \
            with another command is refused.

            EXAMPLES:
              switchyard once "webhook:$id" --ttl 30d -- ./process-event event.json
              switchyard once "release:$tag" -- ./publish "$tag"

            EXIT STATUS: the command's own, stored or fresh; 75 another runs it (with '--no-wait', or after '--wait'), \
            2 the key was used for another command.
            """
    )

    @Argument(help: "Names what must happen once.")
    var key: String

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command and its arguments, after '--'.", valueName: "command")
    )
    var command: [String]

    @Option(help: "How long the output is stored.")
    var ttl = DurationArgument(.seconds(30 * 86_400))

    @Option(help: "How long to wait for another that runs it.")
    var wait = DurationArgument(.seconds(600))

    @Flag(help: "Do not wait.")
    var noWait = false

    @Flag(help: "Store failures, too.")
    var keepFailures = false

    @Flag(help: "Print one JSON object with output, errors, status, and whether it was stored.")
    var json = false

    func perform(with stores: OpenStores, in context: CommandContext) async throws -> ExitStatus {
        let words = command
        let outcome = try await stores.idempotency.once(
            IdempotencyKey(scope: "command", key: key),
            request: Array(words.joined(separator: "\0").utf8),
            keepFor: ttl.duration,
            wait: noWait ? .zero : wait.duration,
            failures: keepFailures ? .keep : .forget
        ) { () async throws -> StoredAnswer in
            let result = CommandResult(try await context.collect(words))
            let bytes = Array(try JSONEncoder().encode(result))
            return result.status == 0 ? .succeeded(bytes) : .failed(bytes)
        }
        switch outcome {
        case .executed(let answer): return try tell(answer, isStored: false, in: context)
        case .replayed(let answer): return try tell(answer, isStored: true, in: context)
        case .inProgress(let remaining):
            context.talk.writeLine(
                "Another runs '\(key)' now; its lease ends in \(SettingValue.duration(remaining).text) unless renewed."
            )
            return .notNow
        case .conflict:
            throw CommandFailure.usage(
                "The key '\(key)' was used for another command.",
                hint: "Use a key that names this command's input, too."
            )
        }
    }

    private func tell(_ answer: StoredAnswer, isStored: Bool, in context: CommandContext) throws -> ExitStatus {
        let bytes: [UInt8] =
            switch answer {
            case .succeeded(let bytes), .failed(let bytes): bytes
            }
        let result = try JSONDecoder().decode(CommandResult.self, from: Data(bytes))
        if json {
            try context.writeJSON(OnceDocument(result: result, isStored: isStored))
        } else {
            context.output.write(bytes: Array(result.output))
            context.talk.write(bytes: Array(result.errors))
        }
        return ExitStatus(rawValue: result.status)
    }
}

/// What a command left, as it is stored.
private struct CommandResult: Codable {
    var status: Int32
    var output: Data
    var errors: Data

    init(_ collected: CollectedOutput) {
        status = ExitStatus(of: collected.ending).rawValue
        output = Data(collected.standardOutput)
        errors = Data(collected.standardError)
    }
}

private struct OnceDocument: Encodable {
    var result: CommandResult
    var isStored: Bool

    private enum CodingKeys: String, CodingKey {
        case status, stored
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(result.status, forKey: .status)
        try container.encode(isStored, forKey: .stored)
        try PayloadText(bytes: Array(result.output), name: "output").encode(to: encoder)
        try PayloadText(bytes: Array(result.errors), name: "errors").encode(to: encoder)
    }
}

extension CommandContext {
    /// Runs a command and keeps what it prints, up to 4 MiB a stream; a signal to this program ends it.
    func collect(
        _ words: [String],
        input: [UInt8] = [],
        adding variables: [String: String] = [:],
        timeLimit: Duration? = nil
    ) async throws -> CollectedOutput {
        let command = ChildCommand(
            arguments: words,
            environment: environment.merging(variables) { $1 },
            workingDirectory: workingDirectory,
            standardInput: input
        )
        return try await ChildRunner(keeper: [programPath, "keeper"])
            .collect(command, limits: ChildLimits(wallClock: timeLimit), outputLimitInBytes: 4 << 20)
    }
}
