import CLibGit2

extension Repository {
    /// The commit a ref stands at, following symbolic refs; `nil` when the ref is not there.
    package func reference(_ name: String) throws(GitError) -> OID? {
        var found = git_oid()
        let status = git_reference_name_to_id(&found, pointer, name)
        if status == GIT_ENOTFOUND.rawValue {
            git_error_clear()
            return nil
        }
        try check(status, "read the ref", name)
        return OID(found)
    }

    /// The refs whose full name fits the glob, for example `refs/heads/*`; `*` also fits slashes.
    package func references(matching glob: String = "refs/*") throws(GitError) -> [String: OID] {
        var references: [String: OID] = [:]
        for (name, value) in try referenceValues(matching: glob) {
            switch value {
            case .direct(let oid): references[name] = oid
            case .symbolic: if let oid = try reference(name) { references[name] = oid }
            case .unreadable: continue
            }
        }
        return references
    }

    /// As ``references(matching:)``, with symbolic refs unresolved.
    package func referenceValues(matching glob: String = "refs/*") throws(GitError) -> [String: ReferenceValue] {
        let iterator = try Owned<ReferenceIteratorKind>.make("list the refs", glob) {
            git_reference_iterator_glob_new(&$0, pointer, glob)
        }
        var references: [String: ReferenceValue] = [:]
        while true {
            var next: OpaquePointer?
            let status = git_reference_next(&next, iterator.pointer)
            if status == GIT_ITEROVER.rawValue { return references }
            try check(status, "list the refs", glob)
            guard let next else { return references }
            let owned = Owned<ReferenceKind>(next)
            guard let name = git_reference_name(owned.pointer).map({ String(cString: $0) }) else { continue }
            if let target = git_reference_target(owned.pointer) {
                references[name] = .direct(OID(target))
            } else if let target = git_reference_symbolic_target(owned.pointer) {
                references[name] = .symbolic(String(cString: target))
            }
        }
    }

    /// Makes a ref; throws `exists` when it is there already with another value, and accepts the same one.
    package func createReference(_ name: String, at target: OID, message: String) throws(GitError) {
        do throws(GitError) {
            var raw = target.raw
            _ = try Owned<ReferenceKind>.make("create the ref", name) {
                git_reference_create(&$0, pointer, name, &raw, 0, message)
            }
        } catch {
            guard error.code == .exists, try reference(name) == target else { throw error }
        }
    }

    /// Moves a ref from the expected commit to another in one step; no hook runs.
    ///
    /// Throws `moved` when the ref no longer stands there, `locked` when another process holds it, `notFound` when it is
    /// gone.
    package func updateReference(
        _ name: String,
        from expected: OID,
        to target: OID,
        message: String
    ) throws(GitError) {
        var (new, old) = (target.raw, expected.raw)
        do throws(GitError) {
            _ = try Owned<ReferenceKind>.make("move the ref", name) {
                git_reference_create_matching(&$0, pointer, name, &new, 1, &old, message)
            }
        } catch {
            throw try movedError(error, name: name, expected: expected)
        }
    }

    /// Sets a ref whatever it holds; `expected` is `nil` when it must not exist.
    package func setReference(
        _ name: String,
        expecting expected: OID?,
        to target: OID,
        message: String
    ) throws(GitError) {
        if let expected {
            try updateReference(name, from: expected, to: target, message: message)
        } else {
            try createReference(name, at: target, message: message)
        }
    }

    /// Keeps a commit under the next free number below a folder of refs; the same commit is kept once.
    ///
    /// - Parameters:
    ///   - commit: what to keep.
    ///   - folder: full name of the folder, with its last slash.
    ///   - doomed: refs that are about to go and keep nothing.
    ///   - message: for the ref's log.
    /// - Returns: the ref that keeps it.
    /// - Throws: `GitError` when refs cannot be read, or the new one not made.
    package func keep(
        _ commit: OID,
        below folder: String,
        besides doomed: Set<String> = [],
        message: String
    ) throws(GitError) -> String {
        let kept = try references(matching: folder + "*")
        if let known = kept.first(where: { $0.value == commit && !doomed.contains($0.key) }) { return known.key }
        var number = 1
        while kept[folder + String(number)] != nil { number += 1 }
        try createReference(folder + String(number), at: commit, message: message)
        return folder + String(number)
    }

    /// Deletes a ref that stands at the expected commit, and its log; a missing ref is fine.
    ///
    /// A log that stayed would be in the way of a ref named as a folder above it, which git deletes it for too.
    package func deleteReference(_ name: String, expecting expected: OID) throws(GitError) {
        let transaction = try lockReference(name)
        guard let current = try reference(name) else { return }
        guard current == expected else { throw Self.moved(name, expected: expected, actual: current) }
        try check(git_transaction_remove(transaction.pointer, name), "delete the ref", name)
        try check(git_transaction_commit(transaction.pointer), "delete the ref", name)
        try check(git_reflog_delete(pointer, name), "delete the log of the ref", name)
    }

    /// Runs the closure while no other git process can move the ref, then moves it to the commit the closure returns.
    ///
    /// Throws `moved` before the closure runs when the ref does not stand at the expected commit. When the closure
    /// throws or returns no commit, the ref stays.
    package func withReferenceLock<Result>(
        _ name: String,
        expecting expected: OID,
        message: String,
        _ body: () throws(GitError) -> (result: Result, target: OID?)
    ) throws(GitError) -> Result {
        let transaction = try lockReference(name)
        let current = try reference(name)
        guard current == expected else { throw Self.moved(name, expected: expected, actual: current) }
        let (result, target) = try body()
        guard let target else { return result }
        var raw = target.raw
        try check(
            git_transaction_set_target(transaction.pointer, name, &raw, nil, message),
            "move the ref",
            name
        )
        try check(git_transaction_commit(transaction.pointer), "move the ref", name)
        return result
    }

    private func lockReference(_ name: String) throws(GitError) -> Owned<TransactionKind> {
        let transaction = try Owned<TransactionKind>.make("lock the ref", name) { git_transaction_new(&$0, pointer) }
        try check(git_transaction_lock_ref(transaction.pointer, name), "lock the ref", name)
        return transaction
    }

    private func movedError(_ error: GitError, name: String, expected: OID) throws(GitError) -> GitError {
        guard error.code == .moved || error.code == .notFound else { return error }
        return Self.moved(name, expected: expected, actual: try reference(name))
    }

    private static func moved(_ name: String, expected: OID, actual: OID?) -> GitError {
        let found = actual.map { "it stands at \($0.short)" } ?? "it is gone"
        return GitError(
            code: .moved,
            message: "cannot change the ref '\(name)': expected \(expected.short), but \(found)",
            subject: name,
            hint: "someone else moved it; read it again and retry"
        )
    }
}

/// What a ref holds.
package enum ReferenceValue: Hashable, Sendable {
    case direct(OID)
    /// The full name of another ref.
    case symbolic(String)
    /// A `HEAD` that holds neither: its text.
    case unreadable(String)
}
