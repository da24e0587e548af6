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
}
