/// A commit as read.
package struct CommitInfo: Hashable, Sendable {
    package var oid: OID
    package var tree: OID
    package var parents: [OID]
    package var author: Signature
    package var committer: Signature
    /// The whole message; bytes that are not UTF-8 are replaced.
    package var message: String

    /// The message's first line.
    package var subject: String {
        message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    }

    package var isMerge: Bool { parents.count > 1 }
}
