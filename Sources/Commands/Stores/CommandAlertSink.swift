import ChildProcesses
import Foundation
import RunModel
import Services

/// Hands alerts to a shell command of the settings, as JSON on its standard input: to mail, to a chat, by `curl` to a web
/// hook.
struct CommandAlertSink: AlertSink, Hashable {
    /// Its place among the settings' commands: the command itself may hold secrets.
    var name: String
    /// What `/bin/sh -c` runs.
    var command: String
    var leastSeverity: Severity
    /// Variables of the command.
    var environment: [String: String]
    /// Absolute path of the folder it runs in.
    var workingDirectory: String

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
        // Alerts are for all to read: what it printed is told only when it repeats no word of the command.
        let words = command.split { $0.isWhitespace || "\"'=".contains($0) }.filter { $0.count > 6 }
        let said = output.errorText.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        let isTold = !said.isEmpty && !words.contains(where: said.contains)
        throw Failure(description: "it ended with \(output.ending.inWords)" + (isTold ? ": \(said)" : ""))
    }
}

extension CommandAlertSink {
    /// The commands of the settings; what they inherit is what programs need to be found and to speak one's language.
    static func make(_ settings: RunnerSettings, in context: CommandContext, at folder: String) -> [CommandAlertSink] {
        let names: Set<String> = ["PATH", "HOME", "LANG", "TZ"]
        let environment = context.environment.filter {
            names.contains($0.key) || settings.inheritedEnvironment.contains($0.key)
        }
        return settings.alertCommands.enumerated().map { place, command in
            CommandAlertSink(
                name: "alert command \(place + 1)",
                command: command,
                leastSeverity: settings.alertSeverity,
                environment: environment,
                workingDirectory: folder
            )
        }
    }
}
