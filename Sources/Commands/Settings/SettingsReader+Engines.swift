import Agents
import RunModel
import Yams

extension SettingsReader {
    private static let engineKeys = ["preset", "command", "arguments", "model", "environment", "inherit", "rate_limit"]

    /// Reads `engines`: a section per engine, by the name it is called in task files.
    mutating func takeEngines(_ node: Node, path: String) {
        if node.isNothing { return }
        guard case .mapping(let engines) = node else {
            complain(
                .error,
                "settings-shape",
                "'engines' holds one section per engine",
                file: path,
                at: node.mark,
                hint: "Write the engine's name and, below it, 'command' or 'preset'."
            )
            return
        }
        for (keyNode, section) in engines {
            guard let name = keyNode.scalar?.string else { continue }
            takeEngine(named: name, section, at: keyNode.mark, path: path)
        }
    }

    private mutating func takeEngine(named name: String, _ node: Node, at mark: Mark?, path: String) {
        guard case .mapping(let mapping) = node else {
            complain(
                .error,
                "settings-shape",
                "the engine '\(name)' says neither 'command' nor 'preset'",
                file: path,
                at: mark,
                hint: "Write 'command: [program, argument]' below it; the prompt comes on standard input."
            )
            return
        }
        var engine = EngineSettings()
        for (keyNode, value) in mapping {
            let key = keyNode.scalar?.string ?? ""
            let place = "engines.\(name).\(key)"
            switch key {
            case "preset":
                engine.preset = text(value, place, path)
                if let preset = engine.preset, !EngineNames.builtIn.contains(preset) {
                    complain(
                        .error,
                        "settings-engine",
                        "the preset '\(preset)' does not exist",
                        file: path,
                        at: value.mark,
                        hint: "There are \(Self.quoted(EngineNames.builtIn))."
                    )
                }
            case "model": engine.model = text(value, place, path)
            case "command": engine.command = list(value, place, path)
            case "arguments": engine.arguments = list(value, place, path) ?? []
            case "inherit": engine.inherit = list(value, place, path) ?? []
            case "rate_limit": engine.rateLimit = rate(value, place, path)
            case "environment": engine.environment = variables(value, place, path)
            default:
                let meant = Spelling.nearest(to: key, among: Self.engineKeys)
                complain(
                    .error,
                    "settings-unknown-key",
                    "'\(place)' is not a setting",
                    file: path,
                    at: keyNode.mark,
                    hint: meant.map { "Did you mean '\($0)'?" } ?? "There are \(Self.quoted(Self.engineKeys))."
                )
            }
        }
        if engine.command == nil, engine.preset == nil, !EngineNames.builtIn.contains(name) {
            complain(
                .error,
                "settings-engine",
                "the engine '\(name)' says neither 'command' nor 'preset'",
                file: path,
                at: mark,
                hint: "Write 'command: [program, argument]' below it; the prompt comes on standard input."
            )
        }
        edit { $0.define(engine, named: name) }
    }

    private mutating func text(_ node: Node, _ key: String, _ path: String) -> String? {
        if let text = node.scalar?.string, !text.isEmpty { return text }
        complain(.error, "settings-value", "'\(key)' is a text", file: path, at: node.mark)
        return nil
    }

    /// `30 per 1m`: so many starts in so much time.
    private mutating func rate(_ node: Node, _ key: String, _ path: String) -> EngineRate? {
        let words = (node.scalar?.string ?? "").split(separator: " ")
        if words.count == 3, words[1] == "per", let starts = Int(words[0]), starts > 0,
            let period = QuantityReader.duration(String(words[2]))
        {
            return EngineRate(starts: starts, period: period)
        }
        complain(
            .error,
            "settings-value",
            "'\(key)' is a number of starts and a time",
            file: path,
            at: node.mark,
            hint: "Write it as '30 per 1m'."
        )
        return nil
    }

    private mutating func list(_ node: Node, _ key: String, _ path: String) -> [String]? {
        if case .sequence(let sequence) = node, !sequence.isEmpty {
            let items = sequence.compactMap { $0.scalar?.string }
            if items.count == sequence.count { return items }
        }
        complain(
            .error,
            "settings-value",
            "'\(key)' is a list of texts",
            file: path,
            at: node.mark,
            hint: "Write it as '[first, second]': no shell takes it apart."
        )
        return nil
    }

    private mutating func variables(_ node: Node, _ key: String, _ path: String) -> [String: String] {
        var variables: [String: String] = [:]
        if case .mapping(let mapping) = node {
            for (name, value) in mapping {
                guard let name = name.scalar?.string, let value = value.scalar?.string else { break }
                variables[name] = value
            }
            if variables.count == mapping.count { return variables }
        }
        complain(
            .error,
            "settings-value",
            "'\(key)' is a mapping of variables to texts",
            file: path,
            at: node.mark,
            hint: "Write 'NAME: value', one per line."
        )
        return [:]
    }
}

/// Engines that need no definition.
enum EngineNames {
    static let builtIn = [ScriptEngine.name] + EnginePreset.standard.keys.sorted()
}
