import RunModel
import Yams

extension SettingsReader {
    /// Walks the file's mapping; a key of the table is read by its kind, a section is entered, all else is a complaint.
    mutating func takeRoot(_ root: Node, path: String) {
        if root.isNothing { return }
        guard case .mapping = root else {
            complain(
                .error,
                "settings-shape",
                "the file holds no settings, because it is no mapping",
                file: path,
                at: root.mark,
                hint: "Write 'key: value', one per line."
            )
            return
        }
        takeMapping(root, prefix: "", path: path)
    }

    private mutating func takeMapping(_ node: Node, prefix: String, path: String) {
        guard case .mapping(let mapping) = node else { return }
        for (keyNode, value) in mapping {
            guard let name = keyNode.scalar?.string else {
                complain(.error, "settings-shape", "a key must be a word", file: path, at: keyNode.mark)
                continue
            }
            let key = prefix + name
            if let entry = SettingTable.entry(key) {
                take(value, for: entry, keyNode: keyNode, path: path)
            } else if key == "engines" {
                takeEngines(value, path: path)
            } else if SettingTable.sections.contains(key) {
                takeSection(value, key: key, path: path)
            } else {
                complainUnknown(name, prefix: prefix, keyNode: keyNode, path: path)
            }
        }
    }

    private mutating func takeSection(_ node: Node, key: String, path: String) {
        if node.isNothing { return }
        guard case .mapping = node else {
            complain(
                .error,
                "settings-shape",
                "'\(key)' holds further keys, not a value",
                file: path,
                at: node.mark,
                hint: "Below it: \(Self.quoted(SettingTable.names(below: key + ".")))."
            )
            return
        }
        takeMapping(node, prefix: key + ".", path: path)
    }

    private mutating func complainUnknown(_ name: String, prefix: String, keyNode: Node, path: String) {
        let siblings = SettingTable.names(below: prefix) + (prefix.isEmpty ? ["engines"] : [])
        // Somebody may have the right name at the wrong depth: `setup` for `hooks.setup`.
        let elsewhere = SettingTable.entries.map(\.key).first { $0.hasSuffix("." + name) }
        let hint =
            if let meant = Spelling.nearest(to: name, among: siblings) {
                "Did you mean '\(meant)'?"
            } else if let elsewhere {
                "Did you mean '\(elsewhere)'? It stands one level deeper."
            } else {
                "There are \(Self.quoted(siblings))."
            }
        complain(
            .error,
            "settings-unknown-key",
            "'\(prefix + name)' is not a setting",
            file: path,
            at: keyNode.mark,
            hint: hint
        )
    }

    private mutating func take(_ node: Node, for entry: SettingEntry, keyNode: Node, path: String) {
        // `key:` without a value leaves the default, as a commented-out value would.
        if node.isNothing { return }
        guard let value = Self.value(of: node, kind: entry.kind) else {
            let found =
                switch node {
                case .scalar(let scalar): "'\(scalar.string)'"
                case .sequence: "a list"
                default: "a mapping"
                }
            complain(
                .error,
                "settings-value",
                "'\(entry.key)' is \(entry.kind.expectation), not \(found)",
                file: path,
                at: node.mark,
                hint: "The default is \(entry.standardText)."
            )
            return
        }
        edit { $0.set(entry.key, value, from: .file(path: path, line: keyNode.mark?.line ?? 0)) }
    }

    private static func value(of node: Node, kind: SettingKind) -> SettingValue? {
        if kind.isList {
            let nodes: [Node]
            switch node {
            case .scalar: nodes = [node]
            case .sequence(let sequence): nodes = Array(sequence)
            default: return nil
            }
            let items = nodes.compactMap { $0.scalar?.string }
            guard items.count == nodes.count else { return nil }
            if case .choices(let words) = kind, !items.allSatisfy(words.contains) { return nil }
            return .list(items)
        }
        return node.scalar.flatMap { kind.value(from: $0.string) }
    }

    static func quoted(_ words: some Sequence<String>) -> String {
        words.map { "'\($0)'" }.joined(separator: ", ")
    }
}

extension Node {
    /// An empty value: `key:`, `~` or `null`.
    var isNothing: Bool {
        guard case .scalar(let scalar) = self else { return false }
        return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
    }
}

extension SettingTable {
    /// Keys that only hold further keys.
    static let sections: Set<String> = Set(
        entries.compactMap { $0.key.split(separator: ".").dropLast().first.map(String.init) }
    )

    /// The names one level below a prefix such as `hooks.`; the empty prefix is the top.
    static func names(below prefix: String) -> [String] {
        var names: [String] = []
        for entry in entries where entry.key.hasPrefix(prefix) {
            let name = String(entry.key.dropFirst(prefix.count).prefix { $0 != "." })
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
