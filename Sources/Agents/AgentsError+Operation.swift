import RunModel

extension AgentsError {
    static func unknownEngine(_ name: String, known: [String]) -> AgentsError {
        AgentsError(
            code: .unknownEngine,
            message: "there is no engine \"\(name)\"",
            hint: suggestion(for: name, among: known) + "; own ones are set under `engines.\(name).command`"
        )
    }

    static func unknownPreset(_ preset: String, engine: String, known: [String]) -> AgentsError {
        AgentsError(
            code: .unknownPreset,
            message: "engine \"\(engine)\" is based on the preset \"\(preset)\", which does not exist",
            hint: suggestion(for: preset, among: known)
        )
    }

    static func emptyCommand(engine: String) -> AgentsError {
        AgentsError(
            code: .emptyCommand,
            message: "engine \"\(engine)\" has neither a preset nor a command to run",
            hint: "set `engines.\(engine).command: [program, argument]` or `engines.\(engine).preset: claude`"
        )
    }

    static func templateMalformed(_ file: String, line: Int, why: String) -> AgentsError {
        AgentsError(
            code: .templateMalformed,
            message: "\(file):\(line): the prompt template cannot be used: \(why)",
            hint: "compare it with the one that `switchyard init` writes"
        )
    }

    static func templateUnreadable(_ file: String, why: String) -> AgentsError {
        AgentsError(
            code: .templateUnreadable,
            message: "cannot read the prompt template \"\(file)\": \(why)",
            hint: nil
        )
    }

    private static func suggestion(for name: String, among known: [String]) -> String {
        if let near = Spelling.nearest(to: name, among: known) { return "did you mean \"\(near)\"?" }
        return "known are \(known.joined(separator: ", "))"
    }
}
