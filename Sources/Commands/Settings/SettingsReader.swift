import RunModel
import Yams

/// Reads the settings from all their places and collects every complaint, not only the first.
struct SettingsReader {
    /// The settings file as it was found.
    struct File: Sendable {
        /// The path to show.
        var path: String
        var text: String
    }

    private(set) var settings = RunnerSettings()
    private(set) var findings: [Finding] = []

    /// Joins file, environment and flags; an error among the findings means a failure with all of them.
    ///
    /// `flags` holds values by key, already of the right kind, with the flag's name.
    static func read(
        file: File?,
        environment: [String: String] = [:],
        flags: [String: (value: SettingValue, name: String)] = [:]
    ) throws(CommandFailure) -> RunnerSettings {
        var reader = SettingsReader()
        if let file { reader.take(file) }
        reader.take(environment: environment)
        for (key, flag) in flags { reader.settings.set(key, flag.value, from: .flag(name: flag.name)) }
        reader.checkEngineExists()
        let errors = reader.findings.filter { $0.severity == .error }
        guard errors.isEmpty else {
            let isByFlag = errors.allSatisfy { $0.file?.hasPrefix("--") == true }
            let place =
                errors.contains { $0.line > 0 }
                ? "in '\(file?.path ?? "")'" : isByFlag ? "on the command line" : "in the environment"
            throw CommandFailure(
                .usage,
                "the settings \(place) cannot be used",
                hints: ["'switchyard settings' lists every setting with its kind and default."],
                findings: reader.findings,
                file: file?.path ?? "environment",
                source: file.map { Array($0.text.utf8) } ?? []
            )
        }
        for finding in reader.findings { reader.settings.warn(finding) }
        return reader.settings
    }

    mutating func complain(
        _ severity: Finding.Severity,
        _ code: String,
        _ message: String,
        file: String? = nil,
        at mark: Mark? = nil,
        hint: String? = nil
    ) {
        findings.append(
            Finding(
                severity,
                code,
                message,
                file: file,
                line: mark?.line ?? 0,
                column: mark?.column ?? 0,
                hint: hint
            )
        )
    }

    mutating func edit(_ change: (inout RunnerSettings) -> Void) {
        change(&settings)
    }

    private mutating func take(_ file: File) {
        do {
            guard let root = try compose(yaml: file.text) else { return }
            takeRoot(root, path: file.path)
        } catch let error as YamlError {
            take(error, path: file.path)
        } catch {
            complain(.error, "settings-unreadable", "the file cannot be read as YAML", file: file.path)
        }
    }

    private mutating func take(_ error: YamlError, path: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            complain(
                .error,
                "settings-syntax",
                "this is not YAML: \(problem)",
                file: path,
                at: mark,
                hint: "Check the indentation, and put texts with ':' or '#' in quotes."
            )
        case .duplicatedKeysInMapping(let keys, let context):
            complain(
                .error,
                "settings-duplicate",
                "'\(keys.joined(separator: "', '"))' stands here twice",
                file: path,
                at: context.mark,
                hint: "Keep one of them."
            )
        default:
            complain(.error, "settings-unreadable", "the file cannot be read as YAML", file: path)
        }
    }

    private mutating func take(environment: [String: String]) {
        let known = Dictionary(uniqueKeysWithValues: SettingTable.entries.map { ($0.environmentVariable, $0) })
        for (name, text) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("SWITCHYARD_") || known[name] != nil {
            guard let entry = known[name] else {
                // Others of this prefix are handed to engines by the runner itself, so only a near miss is a complaint.
                if let meant = Self.variable(near: name, among: known.keys) {
                    complain(
                        .warning,
                        "settings-unknown-variable",
                        "the environment variable '\(name)' is not a setting",
                        file: "environment",
                        hint: "Did you mean '\(meant)'?"
                    )
                }
                continue
            }
            guard !text.isEmpty else { continue }
            if let value = entry.kind.value(from: text) {
                settings.set(entry.key, value, from: .environment(name: name))
            } else {
                complain(
                    .error,
                    "settings-value",
                    "the environment variable '\(name)' holds '\(text)', but '\(entry.key)' is \(entry.kind.expectation)",
                    file: "environment",
                    hint: "Change or unset it."
                )
            }
        }
    }

    /// Only what follows the prefix is compared, because the prefix alone makes any two names look alike.
    private static func variable(near name: String, among known: some Sequence<String>) -> String? {
        let prefix = "SWITCHYARD_"
        return Spelling.nearest(
            to: String(name.dropFirst(prefix.count)),
            among: known.map { String($0.dropFirst(prefix.count)) }
        )
        .map { prefix + $0 }
    }

    private mutating func checkEngineExists() {
        let known = EngineNames.builtIn + settings.engines.keys.sorted()
        guard !known.contains(settings.engine) else { return }
        let meant = Spelling.nearest(to: settings.engine, among: known).map { "Did you mean '\($0)'? " } ?? ""
        let origin = settings.origin(of: "engine")
        var finding = Finding(
            .error,
            "settings-engine",
            "the engine '\(settings.engine)' (from \(origin.text)) does not exist",
            file: origin.text,
            hint: meant
                + "There are \(known.map { "'\($0)'" }.joined(separator: ", ")); more can be defined under 'engines'."
        )
        if case .file(let path, let line) = origin { (finding.file, finding.line, finding.column) = (path, line, 1) }
        findings.append(finding)
    }
}
