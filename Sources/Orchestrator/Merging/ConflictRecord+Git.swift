import Git
import RunModel

extension ConflictRecord {
    private static let mostHunks = 10
    private static let mostLines = 80

    /// A conflict as git reports it, with hunks cut to a readable length.
    init(_ conflict: ConflictedPath, others: [AgentID]) {
        var hunks = conflict.hunks.prefix(Self.mostHunks).map(Self.shortened)
        if conflict.hunks.count > hunks.count {
            hunks.append("... and \(conflict.hunks.count - hunks.count) more conflicting parts")
        }
        self.init(path: "\(conflict.path)", kind: conflict.kind.rawValue, others: others, hunks: hunks)
    }

    private static func shortened(_ hunk: String) -> String {
        let lines = hunk.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > mostLines else { return hunk }
        let half = mostLines / 2
        let middle = "... \(lines.count - 2 * half) lines left out ..."
        return (lines.prefix(half) + [Substring(middle)] + lines.suffix(half)).joined(separator: "\n")
    }
}

extension ConflictedPath {
    /// Every path that takes part in the conflict.
    var allPaths: Set<GitPath> {
        Set([path] + [ancestor, ours, theirs].compactMap { $0?.path })
    }
}
