import RunModel

/// One assignment's rows, compiled, with what it owns without a row.
struct OwnershipIndex: Sendable {
    struct Row: Sendable {
        var owned: OwnedPath
        var matcher: PathMatcher
    }

    let agent: AgentID
    /// Rows of the table and the prompt, then declared outputs.
    let rows: [Row]
    /// Test files that the commands name.
    private let testFiles: Set<[UInt8]>
    let forbidden: [PathMatcher]

    init(_ assignment: Assignment) {
        agent = assignment.id
        var owned = assignment.ownership.owned
        for output in assignment.outputs where !output.isEmpty {
            let isGlob = output.contains { "*?{".contains($0) }
            let kind: PathPattern.Kind = output.hasSuffix("/") ? .folder : isGlob ? .glob : .path
            let text = output.hasSuffix("/") ? String(output.dropLast()) : output
            owned.append(OwnedPath(pattern: PathPattern(kind: kind, text: text)))
        }
        testFiles = Set(TestFileNames.named(in: assignment.tests).map { Array($0.utf8) })
        rows = owned.map { Row(owned: $0, matcher: PathMatcher($0.pattern)) }
        forbidden = assignment.ownership.forbidden.map(PathMatcher.init)
    }

    func rows(covering path: [UInt8]) -> [Row] { rows.filter { $0.matcher.matches(path) } }

    func owns(_ path: [UInt8]) -> Bool { rows.contains { $0.matcher.matches(path) } }

    /// Whether a test command names the file: the agent may write it unless the task gives it to another or forbids it.
    func namesInTests(_ path: [UInt8]) -> Bool { testFiles.contains(path) }
}

/// Reads the test files that commands name: `pytest tests/test_login.py -v` names one.
enum TestFileNames {
    static func named(in commands: [String]) -> [String] {
        var names: [String] = []
        for command in commands {
            for word in command.split(whereSeparator: { " \t\n\"';|&()<>=".contains($0) }) {
                let path = word.hasPrefix("./") ? word.dropFirst(2) : word
                let file = String(path.split(separator: ":", maxSplits: 1).first ?? "")
                if isTestFile(file), !names.contains(file) { names.append(file) }
            }
        }
        return names
    }

    /// A relative path of a file whose name says that it tests.
    private static func isTestFile(_ path: String) -> Bool {
        guard !path.hasPrefix("/"), !path.hasPrefix("-"), !path.contains("..") else { return false }
        guard let name = path.split(separator: "/").last?.lowercased(), !path.contains(where: { "*?$`{".contains($0) })
        else { return false }
        let stem = name.prefix { $0 != "." }
        guard stem.count < name.count, !stem.isEmpty else { return false }
        return name.contains("test") || name.contains("spec")
    }
}
