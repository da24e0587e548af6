import Agents
import ArgumentParser
import Foundation
import RunModel
import Terminal

/// `switchyard settings`.
struct SettingsCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Print every setting that holds here, and where it came from.",
        discussion: """
            Values come from the defaults, then 'switchyard.yaml' at the root of the repository, then environment \
            variables, then flags; the later one wins. The origin is 'default', a line of the file, a variable or a flag.

            EXAMPLES:
              switchyard settings
              SWITCHYARD_MAX_PARALLEL=8 switchyard settings
              switchyard settings --json | jq '.settings[] | select(.origin != "default")'

            EXIT STATUS: 0 the settings can be used, 2 they have errors, which are printed with their places.
            """
    )

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "Describe each setting, too.")
    var describe = false

    @Flag(help: ArgumentHelp("Print the reference page of all settings.", visibility: .hidden))
    var markdown = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        if markdown {
            context.output.write(SettingsPage.markdown())
            return .success
        }
        let settings = try await load(in: context)
        if json {
            context.output.writeLine(try SettingsDocument(settings).text())
        } else {
            for line in lines(settings, context.outputTraits) {
                context.output.writeLine(line.rendered(isColoured: context.outputTraits.isColoured))
            }
        }
        context.showWarnings(of: settings)
        return .success
    }

    /// Outside of a repository there is no file, and the rest still holds.
    private func load(in context: CommandContext) async throws -> RunnerSettings {
        guard let place = try? await RepositoryPlace.require(from: context.workingDirectory) else {
            return try SettingsReader.read(file: nil, environment: context.environment)
        }
        return try place.loadSettings(in: context)
    }

    private func lines(_ settings: RunnerSettings, _ traits: TerminalTraits) -> [StyledText] {
        var table = Table([
            Table.Column("SETTING"), Table.Column("VALUE"), Table.Column("ORIGIN"),
            Table.Column(describe ? "DESCRIPTION" : "", isFlexible: true),
        ])
        for entry in SettingTable.entries {
            let resolved = settings.resolved[entry.key]
            let isSet = settings.origin(of: entry.key) != .standard
            table.append([
                StyledText(entry.key, isSet ? .bold : .plain),
                resolved.map { StyledText($0.value.text, isSet ? .green : .plain) }
                    ?? StyledText("(\(entry.standardText))", .dim),
                StyledText(settings.origin(of: entry.key).text, isSet ? .plain : .dim),
                StyledText(describe ? entry.description : "", .dim),
            ])
        }
        for (name, engine) in settings.engines.sorted(by: { $0.key < $1.key }) {
            let value = engine.command?.joined(separator: " ") ?? engine.preset.map { "preset \($0)" } ?? "changed"
            table.append([
                StyledText("engines.\(name)", .bold), StyledText(CleanText.line(value), .green),
                StyledText(RunnerSettings.fileName), StyledText(""),
            ])
        }
        return table.lines(width: describe && traits.isTerminal ? traits.size.columns : nil)
    }
}

/// The settings as `switchyard settings --json` prints them.
struct SettingsDocument: Encodable {
    struct Entry: Encodable {
        var key: String
        /// As the settings file would say it.
        var value: String?
        var origin: String
        var standard: String?
        var environment: String
        var description: String

        private enum CodingKeys: String, CodingKey {
            case key, value, origin, environment, description
            case standard = "default"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(key, forKey: .key)
            try container.encode(value, forKey: .value)
            try container.encode(origin, forKey: .origin)
            try container.encode(standard, forKey: .standard)
            try container.encode(environment, forKey: .environment)
            try container.encode(description, forKey: .description)
        }
    }

    var settings: [Entry]
    /// Names of the engines that the settings define or change.
    var engines: [String]

    init(_ settings: RunnerSettings) {
        engines = settings.engines.keys.sorted()
        self.settings = SettingTable.entries.map { entry in
            Entry(
                key: entry.key,
                value: settings.resolved[entry.key]?.value.text,
                origin: settings.origin(of: entry.key).text,
                standard: entry.standard?.text,
                environment: entry.environmentVariable,
                description: entry.description
            )
        }
    }

    func text() throws -> String { String(decoding: try JSONText.encode(self, isPretty: true), as: UTF8.self) }
}

extension CommandContext {
    /// Tells the complaints about the settings that stop nothing.
    func showWarnings(of settings: RunnerSettings) {
        for warning in settings.warnings {
            let line =
                StyledText("warning: ", Style(.yellow, isBold: true)) + StyledText(warning.message)
                + StyledText(warning.hint.map { " (\($0))" } ?? "", .dim)
            talk.writeLine(line.rendered(isColoured: talkTraits.isColoured))
        }
    }
}
