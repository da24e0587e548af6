package import Git

/// What belongs to one agent alone as it was before its attempt: its guard's files, and the remotes it could push to.
///
/// What it shares with the others is in ``GuardWatch``.
package struct GuardSnapshot: Sendable {
    /// Bytes of the guard's files by path below the common git folder.
    var files: [String: GuardFiles.Content]
    /// Size of the guard's own log of refusals.
    var refusalLogSize: Int
    /// Branches of remotes, when they were asked.
    var remotes: [String: [String: OID]]

    /// Reads it before an attempt of that agent.
    ///
    /// - `remotes`: names of remotes to ask for their branches, to find pushes; needs the network.
    package static func take(
        _ site: GuardSite,
        remotes: [String] = [],
        command: GitCommand? = nil,
        tools: GuardTools
    ) async -> GuardSnapshot {
        var snapshot = await tools.blocking {
            GuardSnapshot(files: Self.files(site), refusalLogSize: GuardFiles.size(site.refusalLog), remotes: [:])
        }
        guard let command else { return snapshot }
        for remote in remotes {
            // A remote that does not answer is no reason to stop; a push is then found only by its own refusal.
            if let found = try? await command.remoteReferences(remote, in: site.commonFolder) {
                snapshot.remotes[remote] = found
            }
        }
        return snapshot
    }

    /// The settings of its worktree, and the guard's hooks and settings.
    static func files(_ site: GuardSite) -> [String: GuardFiles.Content] {
        var paths: Set<String> = [site.worktreeGitFolder.dropFirst(site.commonFolder.count + 1) + "/config.worktree"]
        let guarded = site.folder.dropFirst(site.commonFolder.count + 1)
        paths.insert(String(site.settings.dropFirst(site.commonFolder.count + 1)))
        for name in GuardFiles.files(below: site.hooks) { paths.insert("\(guarded)/hooks/\(name)") }
        for name in GuardFiles.files(below: site.programs) { paths.insert("\(guarded)/programs/\(name)") }
        var files: [String: GuardFiles.Content] = [:]
        for path in paths { files[path] = GuardFiles.content("\(site.commonFolder)/\(path)") }
        return files
    }
}
