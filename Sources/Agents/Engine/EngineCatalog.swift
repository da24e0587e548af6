package import ChildProcesses

/// Every engine that a task file or the command line may name: the built-in ones and those of the settings.
package struct EngineCatalog: Sendable {
    private let settings: [String: EngineSettings]
    private let presets: [String: EnginePreset]
    private let searchPath: String
    private let runner: ChildRunner

    /// Makes the catalog of these settings.
    ///
    /// `settings`: `engines:` of the settings file, by name. An entry with a preset's name adjusts that preset.
    ///
    /// `searchPath`: the value of `PATH` with which programs are looked up by ``Engine/check()``.
    package init(
        settings: [String: EngineSettings] = [:],
        presets: [String: EnginePreset] = EnginePreset.standard,
        searchPath: String,
        runner: ChildRunner
    ) {
        self.settings = settings
        self.presets = presets
        self.searchPath = searchPath
        self.runner = runner
    }

    /// All names, sorted, the built-in `script` first.
    package var names: [String] {
        [ScriptEngine.name] + Set(presets.keys).union(settings.keys).subtracting([ScriptEngine.name]).sorted()
    }

    /// The engine of that name.
    ///
    /// - Throws: ``AgentsError`` when there is none, with the nearest names, or when its settings cannot be used.
    package func engine(named name: String) throws(AgentsError) -> any Engine {
        let entry = settings[name]
        if name == ScriptEngine.name {
            return ScriptEngine(
                searchPath: searchPath,
                runner: runner,
                variables: EngineVariables(inherited: entry?.inherit ?? [], fixed: entry?.environment ?? [:])
            )
        }
        guard entry != nil || presets[name] != nil else { throw .unknownEngine(name, known: names) }
        let preset = try preset(for: name, entry)
        var settings = entry ?? EngineSettings()
        // Without a preset the command is the preset.
        if preset.words == settings.command { settings.command = nil }
        return CommandEngine(name: name, preset: preset, settings: settings, searchPath: searchPath, runner: runner)
    }

    private func preset(for name: String, _ entry: EngineSettings?) throws(AgentsError) -> EnginePreset {
        if entry?.command?.isEmpty == true { throw .emptyCommand(engine: name) }
        if let wanted = entry?.preset {
            guard let preset = presets[wanted] else {
                throw .unknownPreset(wanted, engine: name, known: presets.keys.sorted())
            }
            return preset
        }
        if let preset = presets[name] { return preset }
        guard let command = entry?.command else { throw .emptyCommand(engine: name) }
        // The user's own program: the prompt on standard input, plain text out, its exit status is its word.
        return EnginePreset(name: name, words: command)
    }
}
