import ChildProcesses
import Foundation
import RunModel
import Services

/// Hands alerts to a shell command of the settings, as JSON on its standard input: to mail, to a chat, by `curl` to a web
/// hook.
struct CommandAlertSink: AlertSink, Hashable {
    /// What `/bin/sh -c` runs.
    var command: String
    var leastSeverity: Severity
    /// Variables of the command.
    var environment: [String: String]
    /// Absolute path of the folder it runs in.
    var workingDirectory: String

    var name: String { command }

    /// The alert as the command reads it: one JSON object and a line feed.
    private struct Document: Encodable {
        var severity: Severity
        var source: String
        var text: String
        var key: String
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    func deliver(_ alert: NewAlert) async throws {
        let document = Document(severity: alert.severity, source: alert.source, text: alert.text, key: alert.key)
        let output = try await ChildRunner().collect(
            ChildCommand(
                arguments: ["/bin/sh", "-c", command],
                environment: environment,
                workingDirectory: workingDirectory,
                standardInput: Array(try JSONText.encode(document)) + [UInt8(ascii: "\n")]
            ),
            // The router cancels what takes too long.
            limits: ChildLimits(grace: .seconds(1)),
            outputLimitInBytes: 64 << 10
        )
        guard !output.ending.isSuccess else { return }
        let words = output.errorText.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
        throw Failure(description: "it ended with \(output.ending)\(words)")
    }
}

extension CommandAlertSink {
    /// The commands of the settings; what they inherit is what programs need to be found and to speak one's language.
    static func make(_ settings: RunnerSettings, in context: CommandContext, at folder: String) -> [CommandAlertSink] {
        let names: Set<String> = ["PATH", "HOME", "LANG", "TZ"]
        let environment = context.environment.filter {
            names.contains($0.key) || settings.inheritedEnvironment.contains($0.key)
        }
        return settings.alertCommands.map { command in
            CommandAlertSink(
                command: command,
                leastSeverity: settings.alertSeverity,
                environment: environment,
                workingDirectory: folder
            )
        }
    }
}
