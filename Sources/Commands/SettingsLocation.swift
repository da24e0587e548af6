import Foundation

extension RepositoryPlace {
    /// The settings that hold here: file, environment, flags.
    func loadSettings(
        in context: CommandContext,
        flags: [String: (value: SettingValue, name: String)] = [:]
    ) throws(CommandFailure) -> RunnerSettings {
        try SettingsReader.read(file: settingsFile(), environment: context.environment, flags: flags)
    }

    /// The settings file, when there is one.
    func settingsFile() throws(CommandFailure) -> SettingsReader.File? {
        let path = root + "/" + RunnerSettings.fileName
        guard !isBare, FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .environment(
                "The settings file '\(path)' cannot be read.",
                hint: "Check who may read it: ls -l \(path)"
            )
        }
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw .usage("The settings file '\(path)' is not UTF-8 text.", hint: "Save it again as UTF-8.")
        }
        return SettingsReader.File(path: RunnerSettings.fileName, text: text)
    }
}
