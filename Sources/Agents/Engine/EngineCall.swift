import ChildProcesses
import RunModel

/// The words, input and environment of one attempt with a preset.
struct EngineCall: Sendable, Hashable {
    let arguments: [String]
    let input: [UInt8]
    let environment: [String: String]
    /// Files to write in the log folder, by name.
    let files: [String: String]

    private static let promptFile = "engine-prompt.md"

    init(preset: EnginePreset, settings: EngineSettings, request: EngineRequest) {
        let isSandboxed = request.sandbox.map { $0.kind != .none } ?? false
        let model = request.assignment.model ?? settings.model
        var words = preset.words
        if let command = settings.command { words = command + words.dropFirst() }
        words += isSandboxed ? preset.sandboxedWords : preset.openWords
        if model != nil { words += preset.modelWords }
        words += settings.arguments + preset.lastWords
        var places = [
            "{model}": model ?? "", "{worktree}": request.worktree,
            "{prompt_file}": "\(request.logFolder)/\(Self.promptFile)",
        ]
        if preset.channel == .argument { places["{prompt}"] = request.prompt }
        arguments = words.map { Self.fill($0, places) }
        input = preset.channel == .standardInput ? Array(request.prompt.utf8) : []
        files = preset.channel == .file ? [Self.promptFile: request.prompt] : [:]
        var environment = request.environment
        let fixed = preset.environment.merging(isSandboxed ? preset.sandboxedEnvironment : [:]) { $1 }
        for (name, value) in fixed where environment[name] == nil { environment[name] = value }
        self.environment = environment
    }

    /// Fills the places of one word.
    ///
    /// What was filled in is not looked at again, so a prompt may hold `{model}`.
    private static func fill(_ word: String, _ places: [String: String]) -> String {
        var result = ""
        var rest = word[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let place = String(rest[open...close])
            result += rest[..<open]
            if let value = places[place] {
                result += value
                rest = rest[rest.index(after: close)...]
            } else {
                result += "{"
                rest = rest[rest.index(after: open)...]
            }
        }
        return result + rest
    }
}
