/// What must happen to file contents on their way from the object database into a working tree.
enum FilterNeed: Hashable {
    /// Nothing: the bytes are written as they are.
    case none
    /// Line ends or `$Id$`, which libgit2 can do.
    case builtin
    /// A program or a character encoding, which only the git command can do; the filter's name.
    case external(String)

    /// Adds what one `.gitattributes` file asks for.
    ///
    /// A filter counts only when the settings define it; git passes the bytes through otherwise. What files a line is
    /// for is not looked at: taking the slow way once too often costs time only.
    mutating func add(attributes text: [UInt8], isDefined: (String) throws(GitError) -> Bool) throws(GitError) {
        for line in text.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            for word in line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }).dropFirst() {
                let attribute = String(decoding: word, as: UTF8.self)
                if attribute.hasPrefix("filter=") {
                    let name = String(attribute.dropFirst(7))
                    if try isDefined(name) { self = .external(name) }
                } else if attribute.hasPrefix("working-tree-encoding=") {
                    self = .external("working-tree-encoding")
                } else if ["eol=crlf", "ident", "crlf"].contains(attribute), self == .none {
                    self = .builtin
                }
            }
        }
    }
}

extension Repository {
    /// What the files of a tree need, by its `.gitattributes`, the repository's own attributes and the settings.
    func filterNeed(attributes: [OID]) throws(GitError) -> FilterNeed {
        var need = FilterNeed.none
        let conversion = try setting("core.autocrlf")?.lowercased()
        let convertsAlways =
            if let conversion, conversion != "input" { try flag("core.autocrlf") == true } else { false }
        let lineEnd = try setting("core.eol")?.lowercased()
        if convertsAlways || lineEnd == "crlf" { need = .builtin }
        for oid in attributes {
            try need.add(attributes: blob(oid)) { name throws(GitError) in try isFilterDefined(name) }
        }
        for path in try sharedAttributeFiles() {
            guard let text = try FileBytes.read(path) else { continue }
            try need.add(attributes: text) { name throws(GitError) in try isFilterDefined(name) }
        }
        return need
    }

    /// The external filter that files of this worktree pass on their way into the object database, or `nil`.
    func externalFilter() throws(GitError) -> String? {
        var attributes: [OID] = []
        if let commit = try head().commit {
            attributes = try allEntries(of: commit).filter { $0.path.name == Array(".gitattributes".utf8) }.map(
                \.entry.oid
            )
        }
        var need = try filterNeed(attributes: attributes)
        if let root = workingDirectory, let text = try FileBytes.read(root + "/.gitattributes") {
            try need.add(attributes: text) { name throws(GitError) in try isFilterDefined(name) }
        }
        if case .external(let name) = need { return name }
        return nil
    }

    private func isFilterDefined(_ name: String) throws(GitError) -> Bool {
        for key in ["process", "smudge", "clean", "required"] where try setting("filter.\(name).\(key)") != nil {
            return true
        }
        return false
    }

    private func sharedAttributeFiles() throws(GitError) -> [String] {
        var files = [commonDirectory + "/info/attributes"]
        if let file = try setting("core.attributesfile") { files.append(file) }
        return files
    }
}
