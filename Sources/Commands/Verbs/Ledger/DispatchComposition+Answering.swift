import Agents

extension DispatchComposition {
    /// What an engine does for a dispatch; nothing without one.
    func helpers() throws -> (answerer: EngineAnswerer?, triage: EngineTriage?) {
        guard let name = engine else { return (nil, nil) }
        let engine = try run.readOnlyEngine(name, in: context)
        return (
            EngineAnswerer(engine: engine, template: try run.template("dispatch")),
            EngineTriage(engine: engine, template: try run.template("triage"))
        )
    }
}
