import Git

/// Finds paths of a tree that some file systems cannot tell from added ones.
///
/// Only the folders that lead to an added path are read, together with those whose own spelling is confusable with one
/// of them; the rest of the tree stays unread, however large it is.
struct ConfusableNames {
    private struct Node {
        var path: [UInt8]
        var entry: TreeEntry
    }

    private let tip: OID
    /// What stands in all folders of one folded path, by the folded path of each.
    private var folders: [String: [String: [Node]]] = [:]

    init(tip: OID) {
        self.tip = tip
    }

    /// For added paths: a path of the tree that differs only by case or normalisation.
    mutating func among(
        _ changes: [FileChange],
        in repository: borrowing Repository
    ) throws(GitError) -> [[UInt8]: [UInt8]] {
        var found: [[UInt8]: [UInt8]] = [:]
        for path in changes.lazy.filter({ $0.kind == .added }).map(\.path) {
            var folder: String?
            for prefix in Self.prefixes(path) {
                let name = Self.key(prefix.lastName, below: folder)
                let others = try nodes(below: folder, in: repository)[name, default: []].map(\.path)
                let other = others.filter { $0 != prefix.path }.min { $0.lexicographicallyPrecedes($1) }
                if let other { found[path] = other }
                folder = name
            }
        }
        return found
    }

    /// Everything in the folders whose folded path is that one; `nil` is the root.
    private mutating func nodes(
        below folder: String?,
        in repository: borrowing Repository
    ) throws(GitError) -> [String: [Node]] {
        if let known = folders[folder ?? ""] { return known }
        var parents = [Node(path: [], entry: TreeEntry(mode: .folder, oid: tip))]
        if let folder {
            // The folder above was read for the prefix before this one.
            let parent = folder.lastIndex(of: "/").map { String(folder[..<$0]) }
            parents = folders[parent ?? ""]?[folder]?.filter { $0.entry.mode == .folder } ?? []
        }
        var nodes: [String: [Node]] = [:]
        for parent in parents {
            for (name, entry) in try repository.folderEntries(of: parent.entry.oid) {
                let path = parent.path.isEmpty ? name : parent.path + [UInt8(ascii: "/")] + name
                nodes[Self.key(name, below: folder), default: []].append(Node(path: path, entry: entry))
            }
        }
        folders[folder ?? ""] = nodes
        return nodes
    }

    private static func key(_ name: [UInt8], below folder: String?) -> String {
        let name = PathFolding.key(name)
        return folder.map { "\($0)/\(name)" } ?? name
    }

    /// Every folder above the path, from the root on, and the path itself, each with its last name.
    private static func prefixes(_ path: [UInt8]) -> [(path: [UInt8], lastName: [UInt8])] {
        var prefixes: [(path: [UInt8], lastName: [UInt8])] = []
        var start = path.startIndex
        for index in path.indices where path[index] == UInt8(ascii: "/") {
            prefixes.append((Array(path[..<index]), Array(path[start..<index])))
            start = index + 1
        }
        return prefixes + [(path, Array(path[start...]))]
    }
}
