import RunModel
import Yams

/// The optional YAML block at the head of a task file.
struct FrontMatter: Sendable {
    struct Agent: Sendable {
        var id: String
        var line: Int
        var engine: String?
        var model: String?
        var dependsOn: [String] = []
        var timeout: Duration?
        var environment: [String: String] = [:]
    }

    enum Push: Sendable {
        case unsaid
        case never
        case target(PushTarget)
    }

    var base: String?
    var engine: String?
    var model: String?
    var maxParallel: Int?
    var timeout: Duration?
    var merge: [String] = []
    var mergeLine = 0
    var verify: [String] = []
    var push = Push.unsaid
    var append: [String] = []
    var agents: [Agent] = []
    var findings: [Finding] = []
    /// Lines the block takes, with both of its marks.
    var lineCount = 0

    static let keys = [
        "base", "engine", "model", "max_parallel", "timeout", "merge", "verify", "push", "append", "agents",
    ]
    static let agentKeys = ["engine", "model", "depends_on", "timeout", "env"]
    private static let sizeLimit = 64 << 10

    /// Reads the block when the file starts with one; a rule of dashes without a closing mark is none.
    static func read(_ lines: [SourceLine]) -> FrontMatter {
        var matter = FrontMatter()
        guard let first = lines.first, LineShape.trim(first.text) == "---" else { return matter }
        guard
            let end = lines.dropFirst().prefix(2_000).firstIndex(where: {
                ["---", "..."].contains(LineShape.trim($0.text))
            })
        else {
            return matter
        }
        let body = Array(lines[1..<end])
        guard let key = body.first(where: { !LineShape.isBlank($0.text) && !$0.text.hasPrefix("#") }),
            key.text.utf8.contains(0x3A)
        else {
            return matter
        }
        matter.lineCount = end + 1
        if let refusal = refusal(body) {
            matter.findings.append(refusal)
            return matter
        }
        matter.decode(body.map(\.text).joined(separator: "\n"))
        return matter
    }

    /// Anchors, aliases and deep nesting are refused before the YAML reader sees them.
    private static func refusal(_ body: [SourceLine]) -> Finding? {
        if body.reduce(0, { $0 + $1.text.utf8.count }) > sizeLimit {
            return Finding(
                .error,
                "front-matter-invalid",
                "the front matter is larger than 64 KiB",
                line: 1,
                column: 1,
                hint: "move the text below the closing `---`"
            )
        }
        var depth = 0
        for line in body {
            var previous: Character = " "
            var quote: Character?
            var column = 0
            for character in line.text {
                column += 1
                if let open = quote {
                    if character == open { quote = nil }
                } else if character == "\"" || character == "'" {
                    quote = character
                } else if character == "#", previous.isWhitespace {
                    break
                } else if character == "*" || character == "&", previous.isWhitespace || "[,{".contains(previous) {
                    return Finding(
                        .error,
                        "front-matter-alias",
                        "the front matter uses `\(character)`, a YAML alias or anchor",
                        line: line.number,
                        column: column,
                        hint: "put globs in quotes, for example \"*.md\"; anchors are not read"
                    )
                } else if "[{".contains(character) {
                    depth += 1
                } else if "]}".contains(character) {
                    depth -= 1
                }
                if !character.isWhitespace { previous = character } else if previous != "," { previous = " " }
            }
            let markers = line.text.split(separator: " ").prefix { $0 == "-" || $0 == "?" }.count
            if depth > 8 || markers > 4 || LineShape.indent(line.text) > 200 {
                return Finding(
                    .error,
                    "front-matter-invalid",
                    "the front matter is nested too deeply",
                    line: line.number,
                    column: 1,
                    hint: "the keys are: \(keys.joined(separator: ", "))"
                )
            }
        }
        return nil
    }

    private mutating func decode(_ text: String) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            return findings.append(Self.invalid(error))
        } catch {
            return findings.append(
                Finding(
                    .error,
                    "front-matter-invalid",
                    "the front matter is not valid YAML",
                    line: 1,
                    column: 1,
                    hint: nil
                )
            )
        }
        guard let mapping = node?.mapping else {
            return findings.append(
                Finding(
                    .error,
                    "front-matter-invalid",
                    "the front matter is no list of keys and values",
                    line: 2,
                    column: 1,
                    hint: "write `key: value` lines; the keys are: \(Self.keys.joined(separator: ", "))"
                )
            )
        }
        for (key, value) in mapping { take(key, value) }
    }

    private static func invalid(_ error: YamlError) -> Finding {
        var line = 1
        var column = 1
        var problem = "it cannot be read"
        switch error {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
            line = mark.line + 1
            column = max(1, mark.column)
            problem = text
        case .duplicatedKeysInMapping(let duplicates, _):
            problem =
                "a key appears twice: \(duplicates.map { String(describing: $0) }.sorted().prefix(3).joined(separator: ", "))"
        default: break
        }
        return Finding(
            .error,
            "front-matter-invalid",
            "the front matter is not valid YAML: \(problem)",
            line: line,
            column: column,
            hint: "mend the YAML between the `---` lines, or remove it"
        )
    }

    // MARK: Keys

    private func line(_ node: Node) -> Int { (node.mark?.line ?? 0) + 1 }

    private mutating func take(_ key: Node, _ value: Node) {
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
            Spelling.nearest(name, in: known).map { "did you mean `\($0)`?" }
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

/// Finds the word somebody may have meant.
enum Spelling {
    /// The known word with the fewest edits, when these are few for its length.
    static func nearest(_ word: String, in known: [String]) -> String? {
        guard (3...40).contains(word.count) else { return nil }
        let scored = known.map { ($0, distance(Array(word.lowercased()), Array($0.lowercased()))) }
        guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= max(1, best.0.count / 3) else { return nil }
        return best.0
    }

    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let cost = min(row[j] + 1, row[j + 1] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[right.count]
    }
}
