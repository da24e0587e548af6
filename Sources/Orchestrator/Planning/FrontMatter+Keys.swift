import RunModel
import Yams

/// What each key may hold.
extension FrontMatter {
    private func line(_ node: Node) -> Int { (node.mark?.line ?? 0) + 1 }

    mutating func take(_ key: Node, _ value: Node) {
        switch key.string {
        case "base": base = text(value, key)
        case "engine": engine = text(value, key)
        case "model": model = text(value, key)
        case "max_parallel":
            maxParallel = value.int
            if maxParallel.map({ $0 < 1 }) ?? true { wrong(value, "max_parallel", "a number from 1") }
        case "timeout": timeout = duration(value, "timeout")
        case "merge":
            merge = texts(value, "merge")
            mergeLine = line(key)
        case "verify": verify = texts(value, "verify")
        case "append": append = texts(value, "append")
        case "push": takePush(value)
        case "agents": takeAgents(value)
        default: unknown(key, of: Self.keys, what: "front matter")
        }
    }

    private mutating func takePush(_ value: Node) {
        if let flag = value.bool {
            push = flag ? .target(PushTarget(remote: "origin", branch: "HEAD")) : .never
        } else if let mapping = value.mapping, let branch = mapping["branch"]?.string {
            push = .target(PushTarget(remote: mapping["remote"]?.string ?? "origin", branch: branch))
        } else if let text = value.string, !text.isEmpty {
            let words = text.split(separator: " ").map(String.init)
            if words.count == 2 {
                push = .target(PushTarget(remote: words[0], branch: words[1]))
            } else if let slash = text.firstIndex(of: "/"), ["origin", "upstream"].contains(text[..<slash]) {
                push = .target(
                    PushTarget(remote: String(text[..<slash]), branch: String(text[text.index(after: slash)...]))
                )
            } else {
                push = .target(PushTarget(remote: "origin", branch: text))
            }
        } else {
            wrong(value, "push", "a branch, or false")
        }
    }

    private mutating func takeAgents(_ value: Node) {
        guard let mapping = value.mapping else { return wrong(value, "agents", "a mapping from agent ids") }
        for (key, settings) in mapping {
            guard let id = key.scalar?.string else { continue }
            var agent = Agent(id: id, line: line(key))
            guard let fields = settings.mapping else {
                wrong(settings, "agents.\(id)", "a mapping of settings")
                continue
            }
            for (name, field) in fields {
                switch name.string {
                case "engine": agent.engine = text(field, name)
                case "model": agent.model = text(field, name)
                case "depends_on": agent.dependsOn = texts(field, "depends_on")
                case "timeout": agent.timeout = duration(field, "timeout")
                case "env":
                    guard let pairs = field.mapping else {
                        wrong(field, "env", "a mapping of names to values")
                        continue
                    }
                    for (variable, content) in pairs {
                        if let variable = variable.scalar?.string, let content = content.scalar?.string {
                            agent.environment[variable] = content
                        }
                    }
                default: unknown(name, of: Self.agentKeys, what: "settings of agent \(id)")
                }
            }
            agents.append(agent)
        }
    }

    // MARK: Values

    private mutating func text(_ node: Node, _ key: Node) -> String? {
        if let text = node.scalar?.string, !text.isEmpty { return text }
        wrong(node, key.string ?? "?", "a word")
        return nil
    }

    private mutating func texts(_ node: Node, _ key: String) -> [String] {
        if let text = node.scalar?.string { return text.isEmpty ? [] : [text] }
        if let sequence = node.sequence { return sequence.compactMap { $0.scalar?.string } }
        wrong(node, key, "a word or a list of words")
        return []
    }

    /// `90`, `90s`, `30m`, `2h`.
    private mutating func duration(_ node: Node, _ key: String) -> Duration? {
        let text = node.scalar?.string ?? ""
        let digits = text.prefix { $0.isNumber }
        let unit = LineShape.trim(text.dropFirst(digits.count)).lowercased()
        let factors = ["": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400]
        if let number = Int(digits), number > 0, number < 1_000_000, let factor = factors[unit] {
            return .seconds(number * factor)
        }
        wrong(node, key, "a time such as 90s, 30m or 2h")
        return nil
    }

    private mutating func wrong(_ node: Node, _ key: String, _ wanted: String) {
        findings.append(
            Finding(
                .error,
                "front-matter-value",
                "`\(key)` must be \(wanted)",
                line: line(node),
                column: max(1, node.mark?.column ?? 1)
            )
        )
    }

    private mutating func unknown(_ key: Node, of known: [String], what: String) {
        let name = key.scalar?.string ?? "?"
        let hint =
            Spelling.nearest(to: name, among: known).map { "did you mean `\($0)`?" }
            ?? "the keys are: \(known.joined(separator: ", "))"
        findings.append(
            Finding(
                .warning,
                "front-matter-unknown-key",
                "`\(name)` is no key of the \(what); it is ignored",
                line: line(key),
                column: max(1, key.mark?.column ?? 1),
                hint: hint
            )
        )
    }
}
