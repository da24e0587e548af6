/// One path that an agent's commits changed against their base, with what the checks look at.
///
/// Renames never appear: a moved file is a deletion and an addition, because both paths must be owned.
struct FileChange: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable {
        case added, modified, deleted
    }

    /// What git keeps at a path.
    enum Entry: String, Hashable, Sendable {
        case file, executable
        case symbolicLink = "symbolic link"
        case submodule
    }

    var path: [UInt8]
    var kind: Kind
    /// `nil` when the path does not exist at the base.
    var oldEntry: Entry?
    /// `nil` when the work deletes the path.
    var newEntry: Entry?
    /// Content at the base and in the work; empty when binary, absent, or larger than the checks read.
    var old: [UInt8] = []
    var new: [UInt8] = []
    /// Size of the new content, also where `new` was not read.
    var sizeInBytes = 0
    /// The content was read and is text.
    var isText = true
    /// Lines of the new content that the base does not have, from 1.
    var addedLines: [ClosedRange<Int>] = []
    /// Function contexts git prints in the hunk headers, in order.
    var contexts: [String] = []

    var display: String { String(decoding: path, as: UTF8.self) }

    /// Content, or only what stands at the path: a mode, a link, a submodule.
    var isEntryChange: Bool { kind == .modified && oldEntry != newEntry }
}
