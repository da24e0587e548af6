import Foundation
import Git
import RunModel

/// What the checks look at, read from the repository in one go.
struct GateEvidence: Sendable {
    /// Commits from the base to the tip, newest first (hex).
    var commits: [String] = []
    var mergeCommits: [String] = []
    /// The tip descends from the base.
    var isForwardOfBase = true
    /// Commits of this branch that another agent made, by that agent.
    var foreign: [AgentID: [String]] = [:]
    var changes: [FileChange] = []
    /// For added paths: a path of the tree that differs only by case or normalisation.
    var confusable: [[UInt8]: [UInt8]] = [:]
    /// Declared outputs that the tip does not have.
    var missingOutputs: [String] = []

    /// Contents above this size are not read by the checks of content.
    static let largestReadInBytes = 8 << 20

    static func load(_ input: GateInput, tip: String, tools: GuardTools) async throws(OrchestratorError) -> GateEvidence
    {
        try await tools.withRepository(
            input.site.commonFolder,
            doing: "read the work of agent \(input.assignment.id)"
        ) { repository throws(GitError) -> GateEvidence in
            let (base, tip) = (try OID(hex: input.site.base), try OID(hex: tip))
            var evidence = GateEvidence()
            evidence.isForwardOfBase = try repository.isAncestor(base, of: tip)
            let commits = try repository.commits(from: base, to: tip)
            evidence.commits = commits.map(\.hex)
            evidence.mergeCommits = try repository.mergeCommits(from: base, to: tip).map(\.hex)
            evidence.foreign = try foreign(commits, input: input, in: repository)
            // Work that is not ahead of its base is compared with where the two part, so that nothing else is blamed.
            let start = evidence.isForwardOfBase ? base : try repository.mergeBase(base, tip)
            for change in try repository.changes(from: start, to: tip, detail: .hunks) {
                evidence.changes += try fileChanges(change, in: repository)
            }
            var names = ConfusableNames(tip: tip)
            evidence.confusable = try names.among(evidence.changes, in: repository)
            // The whole tree is listed only for work that declares outputs: it may be large.
            if !input.assignment.outputs.isEmpty {
                let entries = try repository.allEntries(of: tip).map(\.path.bytes)
                evidence.missingOutputs = missing(input.assignment.outputs, among: entries)
            }
            return evidence
        }
    }

    /// Commits that stand on another agent's branch too, and that by the log of this branch were not made here.
    private static func foreign(
        _ commits: [OID],
        input: GateInput,
        in repository: borrowing Repository
    ) throws(GitError) -> [AgentID: [String]] {
        guard !commits.isEmpty else { return [:] }
        let log = Reflog.load("\(input.site.worktreeGitFolder)/logs/HEAD", after: 0)
        let made = Set(log.entries.filter(\.isCreation).map(\.new))
        let base = try OID(hex: input.site.base)
        var foreign: [AgentID: [String]] = [:]
        for (agent, tip) in input.others {
            guard let other = try repository.find(tip) else { continue }
            let theirs = Set(try repository.commits(from: base, to: other))
            let shared = commits.filter { theirs.contains($0) && !made.contains($0.hex) }
            if !shared.isEmpty { foreign[agent] = shared.map(\.hex) }
        }
        return foreign
    }

    /// A rename or a type change becomes what happened to each path; a type change stays one change.
    private static func fileChanges(
        _ change: Change,
        in repository: borrowing Repository
    ) throws(GitError) -> [FileChange] {
        var found = FileChange(
            path: change.newPath.bytes,
            kind: change.old == nil ? .added : change.new == nil ? .deleted : .modified,
            oldEntry: change.old.flatMap { entry($0.mode) },
            newEntry: change.new.flatMap { entry($0.mode) }
        )
        found.addedLines = change.hunks.compactMap { hunk in
            hunk.newCount > 0 ? hunk.newStart...(hunk.newStart + hunk.newCount - 1) : nil
        }
        found.contexts = change.hunks.map(\.context)
        found.isText = !change.isBinary
        found.old = try read(change.old, for: &found, in: repository).bytes
        (found.new, found.sizeInBytes) = try read(change.new, for: &found, in: repository)
        guard change.oldPath != change.newPath else { return [found] }
        var removed = found
        (removed.path, removed.kind, removed.newEntry) = (change.oldPath.bytes, .deleted, nil)
        (found.kind, found.oldEntry) = (.added, nil)
        return [removed, found]
    }

    /// The content and its size; the content is left out when it is binary or too large, and the change says so.
    private static func read(
        _ entry: TreeEntry?,
        for change: inout FileChange,
        in repository: borrowing Repository
    ) throws(GitError) -> (bytes: [UInt8], size: Int) {
        guard let entry, entry.mode != .submodule, entry.mode != .folder else { return ([], 0) }
        let size = try repository.blobSize(entry.oid)
        if size > largestReadInBytes { change.isText = false }
        return (change.isText ? try repository.blob(entry.oid) : [], size)
    }

    private static func entry(_ mode: FileMode) -> FileChange.Entry? {
        switch mode {
        case .file: .file
        case .executable: .executable
        case .symlink: .symbolicLink
        case .submodule: .submodule
        case .folder: nil
        }
    }

    /// An output may be a file, a folder with something in it, or a glob that matches something.
    static func missing(_ outputs: [String], among entries: [[UInt8]]) -> [String] {
        outputs.filter { output in
            let isGlob = output.contains { "*?{".contains($0) }
            let file = PathMatcher(PathPattern(kind: isGlob ? .glob : .path, text: output))
            let folder = PathMatcher(PathPattern(kind: .folder, text: output))
            return !entries.contains { file.matches($0) || folder.matches($0) }
        }
    }
}
