import Git
import RunModel

/// What the remote has of the base branch.
struct RemoteView {
    struct Head: Hashable, Sendable {
        var name: String
        var head: OID
    }

    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    /// The remote this run pushes to, or its base branch follows; `nil` without one.
    func remoteName(of branch: String) async throws -> String? {
        let wanted = active.plan.push?.remote
        return try await active.git { repository throws(GitError) in
            let names = try repository.remotes().map(\.name)
            let followed = try repository.upstreamRemote(of: "refs/heads/\(branch)")
            return [wanted, followed, "origin"].compactMap(\.self).first { names.contains($0) }
        }
    }

    /// Fetches the branch and gives the commit the remote has; `nil` when there is no remote, or it lacks the branch.
    ///
    /// A remote that does not answer is a warning: the run goes on with what is here.
    func fetch(branch: String, findings: inout [Finding]) async throws -> Head? {
        guard let name = try await remoteName(of: branch) else {
            if let push = active.plan.push, active.options.isPushEnabled {
                findings.append(
                    Finding(
                        .warning,
                        "no-remote",
                        "The task file pushes to '\(push.remote)', and there is no such remote.",
                        hint: "git remote add \(push.remote) URL"
                    )
                )
            }
            return nil
        }
        do throws(GitError) {
            try await active.environment.git.fetch(name, in: active.environment.repository)
        } catch {
            findings.append(
                Finding(
                    .warning,
                    "fetch-failed",
                    "'\(name)' could not be fetched: \(error.message). The run starts from what is here.",
                    hint: error.hint
                )
            )
        }
        // The branch's own counterpart, wherever the result is pushed to.
        let tracked = "refs/remotes/\(name)/\(branch)"
        return try await active.git { repository throws(GitError) in
            try repository.reference(tracked).map { Head(name: name, head: $0) }
        }
    }
}
