package import Git
package import RunModel

/// Sends a landed commit to a remote branch, forward only, with the git command.
///
/// Every answer of the remote is a value: rejected by a hook, moved, not reachable. What follows from a remote that
/// moved is decided from the journal, so that a run that was cut off goes on in the same way.
package struct Publisher: Sendable {
    private let command: GitCommand
    private let repository: String
    private let lane: GitLane

    package init(command: GitCommand, repository: String, lane: GitLane) {
        self.command = command
        self.repository = repository
        self.lane = lane
    }

    /// Fetches the remote branch and returns its head; `nil` when the remote has no such branch.
    package func fetchHead(of target: PushTarget) async throws(GitError) -> OID? {
        let name = "refs/heads/\(target.branch)"
        let references = try await command.remoteReferences(target.remote, patterns: [name], in: repository)
        guard references[name] != nil else { return nil }
        let tracking = "refs/remotes/\(target.remote)/\(target.branch)"
        try await command.fetch(target.remote, refspecs: ["+\(name):\(tracking)"], in: repository)
        return try await lane.run(at: repository) { (repository: borrowing Repository) throws(GitError) -> OID? in
            try repository.reference(tracking)
        }
    }

    /// Pushes once.
    ///
    /// A remote that moved is fetched, so that the train can be joined with its new head.
    package func push(_ commit: OID, to target: PushTarget) async -> PublishStep {
        func step(_ result: PushFinished.Result, _ message: String?, upstream: OID? = nil) -> PublishStep {
            let finished = PushFinished(
                remote: target.remote,
                branch: target.branch,
                commit: commit.hex,
                result: result,
                message: message
            )
            return PublishStep(finished: finished, upstream: upstream)
        }
        do {
            let outcome = try await command.push(
                commit,
                to: "refs/heads/\(target.branch)",
                remote: target.remote,
                in: repository
            )
            switch outcome {
            case .pushed(let summary): return step(.pushed, summary)
            case .upToDate: return step(.upToDate, nil)
            case .rejected(let reason): return step(.rejected, reason)
            case .failed(let message): return step(.failed, message)
            case .remoteMoved(let reason): return step(.remoteMoved, reason, upstream: try await fetchHead(of: target))
            }
        } catch {
            return step(.failed, error.description)
        }
    }
}
