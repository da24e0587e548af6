import Git
import RunModel

/// Which agent made which commit, as far as git knows: by the log of its worktree's `HEAD`, and on its branch.
struct CommitOwners: Sendable {
    private var owners: [AgentID: Set<String>] = [:]

    static func load(_ sites: [GuardSite], in repository: borrowing Repository) throws(GitError) -> CommitOwners {
        var made: [AgentID: Set<String>] = [:]
        var held: [AgentID: Set<String>] = [:]
        for site in sites {
            let log = Reflog.load(site.worktreeGitFolder + "/logs/HEAD", after: 0)
            made[site.agent] = Set(log.entries.filter { $0.isCreation && $0.mark == site.mark }.map(\.new))
            guard let tip = try repository.reference(site.branch) else { continue }
            held[site.agent] = Set(try repository.commits(from: OID(hex: site.base), to: tip).map(\.hex))
        }
        var result = CommitOwners()
        for site in sites {
            // What another agent made may have been fast-forwarded to; it stays the other's.
            var own = held[site.agent] ?? []
            for other in sites where other.agent != site.agent {
                own.subtract(made[other.agent] ?? [])
                own.subtract(held[other.agent] ?? [])
            }
            own.formUnion(made[site.agent] ?? [])
            own.remove(site.base)
            result.owners[site.agent] = own
        }
        return result
    }

    /// An agent's commit among those that `new` has and `old` had not; a ref without history before is compared with the
    /// agents' base, so that the walk stays short.
    func maker(
        of new: String,
        over old: OID?,
        base: String,
        in repository: borrowing Repository
    ) throws(GitError) -> (agent: AgentID, commit: String)? {
        for (agent, commits) in sorted where commits.contains(new) { return (agent, new) }
        guard owners.values.contains(where: { !$0.isEmpty }) else { return nil }
        let start: OID = if let old { old } else { try OID(hex: base) }
        guard let target = try repository.find("\(new)^{commit}"),
            try repository.find("\(start.hex)^{commit}") != nil
        else { return nil }
        for commit in try repository.commits(from: start, to: target) {
            for (agent, commits) in sorted where commits.contains(commit.hex) { return (agent, commit.hex) }
        }
        return nil
    }

    private var sorted: [(AgentID, Set<String>)] { owners.sorted { $0.key.rawValue < $1.key.rawValue } }
}
