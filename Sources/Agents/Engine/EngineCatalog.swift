package import ChildProcesses

/// Every engine that a task file or the command line may name: the built-in ones and those of the settings.
package struct EngineCatalog: Sendable {
    private let settings: [String: EngineSettings]
    private let searchPath: String
    private let runner: ChildRunner

    /// - Parameters:
    ///   - settings: `engines:` of the settings file, by name.
    ///   - searchPath: The value of `PATH` with which programs are looked up by ``Engine/check()``.
    package init(settings: [String: EngineSettings] = [:], searchPath: String, runner: ChildRunner) {
        self.settings = settings
        self.searchPath = searchPath
        self.runner = runner
    }

    /// All names, sorted, the built-in `script` first.
    package var names: [String] { [ScriptEngine.name] + settings.keys.sorted() }

    package func engine(named name: String) throws(AgentsError) -> any Engine {
        ScriptEngine(searchPath: searchPath, runner: runner)
    }
}
