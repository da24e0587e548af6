import CLibGit2

/// Says how one kind of libgit2 object is freed.
protocol OwnedKind {
    static func free(_ pointer: OpaquePointer)
}

/// The single owner of one libgit2 object, which it frees.
///
/// The kind tells the opaque pointers apart, which C imports all as one type.
struct Owned<Kind: OwnedKind>: ~Copyable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        Kind.free(pointer)
    }

    /// Calls a libgit2 constructor, and throws its error or takes what it made.
    ///
    /// The subject is asked for only when the call failed, and must not call libgit2 itself: its error would be lost.
    static func make(
        _ doing: String,
        _ subject: @autoclosure () -> String? = nil,
        _ body: (inout OpaquePointer?) -> Int32
    ) throws(GitError) -> Owned<Kind> {
        var pointer: OpaquePointer?
        let status = body(&pointer)
        guard status >= 0, let pointer else { throw GitError(status: status, doing: doing, subject: subject()) }
        return Owned(pointer)
    }

    /// As ``make(_:_:_:)``, with `nil` for "not found".
    static func find(
        _ doing: String,
        _ subject: @autoclosure () -> String? = nil,
        _ body: (inout OpaquePointer?) -> Int32
    ) throws(GitError) -> Owned<Kind>? {
        var pointer: OpaquePointer?
        let status = body(&pointer)
        if status == GIT_ENOTFOUND.rawValue {
            git_error_clear()
            return nil
        }
        guard status >= 0, let pointer else { throw GitError(status: status, doing: doing, subject: subject()) }
        return Owned(pointer)
    }
}

enum RepositoryKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_repository_free(pointer) } }
enum CommitKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_commit_free(pointer) } }
enum TreeKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_tree_free(pointer) } }
enum TreeEntryKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_tree_entry_free(pointer) } }
enum TreeBuilderKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_treebuilder_free(pointer) } }
enum BlobKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_blob_free(pointer) } }
enum ObjectKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_object_free(pointer) } }
enum ReferenceKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_reference_free(pointer) } }
enum ReferenceIteratorKind: OwnedKind {
    static func free(_ pointer: OpaquePointer) { git_reference_iterator_free(pointer) }
}
enum TransactionKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_transaction_free(pointer) } }
enum IndexKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_index_free(pointer) } }
enum ConflictIteratorKind: OwnedKind {
    static func free(_ pointer: OpaquePointer) { git_index_conflict_iterator_free(pointer) }
}
enum DiffKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_diff_free(pointer) } }
enum PatchKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_patch_free(pointer) } }
enum StatusListKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_status_list_free(pointer) } }
enum ConfigKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_config_free(pointer) } }
enum RemoteKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_remote_free(pointer) } }
enum WalkKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_revwalk_free(pointer) } }
enum DatabaseKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_odb_free(pointer) } }
enum DatabaseObjectKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_odb_object_free(pointer) } }
enum FilterListKind: OwnedKind { static func free(_ pointer: OpaquePointer) { git_filter_list_free(pointer) } }
enum SignatureKind: OwnedKind {
    static func free(_ pointer: OpaquePointer) { git_signature_free(UnsafeMutablePointer(pointer)) }
}
