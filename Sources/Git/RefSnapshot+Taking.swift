import CLibGit2

extension RefSnapshot {
    /// Reads the state of the repository; blocking, a few milliseconds per thousand refs.
    package static func take(of repository: borrowing Repository) throws(GitError) -> RefSnapshot {
        let common = repository.commonDirectory
        var snapshot = RefSnapshot(references: try repository.referenceValues())
        snapshot.heads[""] = try head(common + "/HEAD")
        var files = ["config", "config.worktree", "packed-refs"]
        for folder in ["hooks", "info"] { files += try names(below: folder, in: common) }
        for name in try FileBytes.names(in: common + "/worktrees") {
            snapshot.heads[name] = try head("\(common)/worktrees/\(name)/HEAD")
            files.append("worktrees/\(name)/config.worktree")
        }
        for file in files {
            if let bytes = try FileBytes.read(common + "/" + file) { snapshot.files[file] = try hash(bytes) }
        }
        return snapshot
    }

    private static func head(_ path: String) throws(GitError) -> ReferenceValue? {
        guard let line = try FileBytes.line(path) else { return nil }
        if line.hasPrefix("ref: ") { return .symbolic(String(line.dropFirst(5))) }
        // Whatever somebody wrote there is data: one broken worktree must not stop the others.
        return (try? OID(hex: line)).map(ReferenceValue.direct) ?? .unreadable(line)
    }

    /// All files below a folder; a symbolic link is listed by itself and hashed by what it leads to.
    private static func names(below folder: String, in common: String) throws(GitError) -> [String] {
        var found: [String] = []
        for name in try FileBytes.names(in: common + "/" + folder) {
            let path = folder + "/" + name
            if try FileBytes.isFolder(common + "/" + path) {
                found += try names(below: path, in: common)
            } else {
                found.append(path)
            }
        }
        return found
    }

    private static func hash(_ bytes: [UInt8]) throws(GitError) -> OID {
        var made = git_oid()
        try check(git_odb_hash(&made, bytes, bytes.count, GIT_OBJECT_BLOB), "hash a file")
        return OID(made)
    }
}

extension Repository {
    /// Puts a ref back to what a snapshot had, if it still holds what the later snapshot saw; throws `moved` otherwise.
    ///
    /// No hook runs. A symbolic ref is put back only over another symbolic one, or where nothing is.
    package func restore(
        _ name: String,
        to old: ReferenceValue?,
        from new: ReferenceValue?,
        message: String
    ) throws(GitError) {
        switch (old, new) {
        case (nil, nil): return
        case (.direct(let target)?, nil): try createReference(name, at: target, message: message)
        case (.direct(let target)?, .direct(let current)?):
            try updateReference(name, from: current, to: target, message: message)
        case (nil, .direct(let current)?): try deleteReference(name, expecting: current)
        default: try restoreSymbolic(name, to: old, from: new, message: message)
        }
    }

    private func restoreSymbolic(
        _ name: String,
        to old: ReferenceValue?,
        from new: ReferenceValue?,
        message: String
    ) throws(GitError) {
        let current = try referenceValues(matching: name)[name]
        guard current == new else {
            throw GitError(
                code: .moved,
                message: "cannot restore the ref '\(name)': it changed again meanwhile",
                subject: name,
                hint: "take a new snapshot and compare"
            )
        }
        if new != nil { try check(git_reference_remove(pointer, name), "restore the ref", name) }
        switch old {
        case .symbolic(let target)?:
            _ = try Owned<ReferenceKind>.make("restore the ref", name) {
                git_reference_symbolic_create(&$0, pointer, name, target, 1, message)
            }
        case .direct(let target)?: try createReference(name, at: target, message: message)
        case .unreadable?, nil: return
        }
    }

    /// Puts the branch name in `HEAD` of a worktree back (empty name: the main one) if it still holds what was seen.
    ///
    /// Only `HEAD` is written: index and files stay as they are.
    package func restoreHead(
        ofWorktree worktree: String,
        to old: ReferenceValue,
        from new: ReferenceValue?
    ) throws(GitError) {
        let folder = worktree.isEmpty ? commonDirectory : commonDirectory + "/worktrees/" + worktree
        let text: String
        switch old {
        case .symbolic(let name): text = "ref: \(name)\n"
        case .direct(let oid): text = "\(oid)\n"
        case .unreadable(let line): text = "\(line)\n"
        }
        // The lock file git itself uses for HEAD: whoever creates it owns HEAD until it is renamed.
        try FileBytes.create(folder + "/HEAD.lock", text)
        let now = try FileBytes.line(folder + "/HEAD")
        let seen: String? =
            switch new {
            case .symbolic(let name)?: "ref: \(name)"
            case .direct(let oid)?: oid.hex
            case .unreadable(let line)?: line
            case nil: nil
            }
        guard now == seen else {
            try FileBytes.removeAll(folder + "/HEAD.lock")
            throw GitError(
                code: .moved,
                message: "cannot restore 'HEAD' of '\(folder)': it changed again meanwhile",
                subject: folder,
                hint: "take a new snapshot and compare"
            )
        }
        try FileBytes.rename(folder + "/HEAD.lock", to: folder + "/HEAD")
    }
}
