import Agents
import ChildProcesses
import RunModel
import Testing

@Suite("Engine catalog")
struct EngineCatalogTests {
    private func catalog(_ settings: [String: EngineSettings] = [:]) -> EngineCatalog {
        EngineCatalog(settings: settings, searchPath: searchPath, runner: ChildRunner())
    }

    private func error(_ name: String, _ settings: [String: EngineSettings] = [:]) throws -> AgentsError {
        try #require(throws: AgentsError.self) { _ = try catalog(settings).engine(named: name) }
    }

    @Test("Every listed engine exists under its name")
    func names() throws {
        let catalog = catalog(["mine": EngineSettings(command: ["true"])])
        #expect(catalog.names.first == "script")
        #expect(Set(catalog.names).isSuperset(of: ["claude", "codex", "gemini", "aider", "opencode", "mine"]))
        for name in catalog.names { #expect(try catalog.engine(named: name).name == name) }
    }

    @Test("A mistyped name gets a suggestion, a strange one the list")
    func unknown() throws {
        #expect(
            try error("cluade").description
                == "there is no engine \"cluade\" (did you mean \"claude\"?; own ones are set under "
                + "`engines.cluade.command`)"
        )
        #expect(try error("zzz").hint?.hasPrefix("known are script, aider, amp, claude, ") == true)
    }

    @Test("Settings that name no program or a wrong preset are refused")
    func malformed() throws {
        #expect(try error("mine", ["mine": EngineSettings()]).code == .emptyCommand)
        #expect(try error("mine", ["mine": EngineSettings(command: [])]).code == .emptyCommand)
        let error = try error("mine", ["mine": EngineSettings(preset: "codx")])
        #expect(error.message == "engine \"mine\" is based on the preset \"codx\", which does not exist")
        #expect(error.hint == "did you mean \"codex\"?")
    }

    @Test("An entry based on a preset inherits its keys and adds its own")
    func basedOnPreset() throws {
        let settings = EngineSettings(preset: "claude", environment: ["A": "1"], inherit: ["MY_KEY"])
        let engine = try catalog(["mine": settings]).engine(named: "mine")
        #expect(engine.variables.inherited.contains("ANTHROPIC_API_KEY"))
        #expect(engine.variables.inherited.contains("MY_KEY"))
        #expect(engine.variables.fixed["A"] == "1")
        #expect(engine.variables.fixed["DISABLE_AUTOUPDATER"] == "1")
    }
}
