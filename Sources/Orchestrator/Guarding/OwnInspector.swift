import Foundation
import Git
import RunModel

/// Finds what only one agent can have done: what its hooks refused, its own guard's files, commits it pushed.
struct OwnInspector: Sendable {
    let site: GuardSite

    /// What the guard's own hooks refused during the attempt, each thing once.
    func attempts(since before: GuardSnapshot) -> [GuardViolation] {
        let text = GuardFiles.text(site.refusalLog, from: before.refusalLogSize) ?? ""
        var seen: Set<String> = []
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 4, seen.insert(fields[0] + fields[1]).inserted else { return nil }
            return GuardViolation(
                kind: .attempt,
                subject: fields[0] == "ref" ? fields[1] : fields[0],
                before: fields[2],
                after: fields[3],
                attribution: .proved,
                evidence: "the hook of its worktree refused it",
                remedy: .notNeeded
            )
        }
    }

    /// Changes of the guard's own files, put back.
    func files(since before: GuardSnapshot) -> [GuardViolation] {
        // Its git folder goes with its worktree: whoever removed that, the agent did not change settings in it.
        let own = site.worktreeGitFolder.dropFirst(site.commonFolder.count + 1) + "/"
        let isRemoved = !GuardFiles.isFolder(site.worktreeGitFolder)
        let now = GuardSnapshot.files(site)
        return Set(before.files.keys).union(now.keys).sorted().compactMap { path in
            let (old, new) = (before.files[path], now[path])
            guard old != new, !(isRemoved && path.hasPrefix(own)) else { return nil }
            var violation = GuardViolation(changed: path, old: old, new: new)
            violation.attribution = .proved
            violation.evidence = "only this agent's processes work with that file"
            _ = violation.restore(old, over: new, in: site)
            return violation
        }
    }

    /// Remote branches that hold a commit of this agent now and did not before; reported, never reverted.
    func pushes(
        since before: GuardSnapshot,
        command: GitCommand,
        tools: GuardTools
    ) async throws(OrchestratorError) -> [GuardViolation] {
        var violations: [GuardViolation] = []
        let own = try await tools.withRepository(site.commonFolder, doing: "list the commits of agent \(site.agent)") {
            repository throws(GitError) in
            guard let tip = try repository.reference(site.branch) else { return Set<OID>() }
            return Set(try repository.commits(from: OID(hex: site.base), to: tip))
        }
        for (remote, branches) in before.remotes {
            // A remote that does not answer now cannot be compared; the run's own push will say why.
            guard let now = try? await command.remoteReferences(remote, in: site.commonFolder) else { continue }
            for (name, commit) in now.sorted(by: { $0.key < $1.key })
            where branches[name] != commit && own.contains(commit) {
                violations.append(
                    GuardViolation(
                        kind: .pushed,
                        subject: "\(name) on '\(remote)'",
                        before: branches[name]?.hex ?? "",
                        after: commit.hex,
                        attribution: .proved,
                        evidence: "the remote has a commit this agent made"
                    )
                )
            }
        }
        return violations
    }
}

extension GuardViolation {
    /// A file of the git folder that changed; who did it is not said yet.
    init(changed path: String, old: GuardFiles.Content?, new: GuardFiles.Content?) {
        self.init(
            kind: path.contains("hooks/")
                ? .hookChanged : path.hasSuffix("info") || path.contains("info/") ? .gitFileChanged : .configChanged,
            subject: path,
            before: old == nil ? "" : "present",
            after: new == nil ? "" : "present",
            attribution: .unknown,
            evidence: ""
        )
    }

    /// Keeps the changed file among what was rescued from the agent, and puts the old bytes back; `false` when that
    /// failed.
    mutating func restore(_ old: GuardFiles.Content?, over new: GuardFiles.Content?, in site: GuardSite) -> Bool {
        let target = "\(site.commonFolder)/\(subject)"
        do {
            if let new {
                let kept = "\(site.rescued)/\(subject.split(separator: "/").joined(separator: "-"))"
                try GuardFiles.write(GuardFiles.Content(bytes: new.bytes, permissions: 0o600), to: kept)
                self.kept = kept
            }
            if let old {
                try GuardFiles.write(old, to: target)
            } else {
                // The bytes were kept above.
                unlink(target)
            }
            remedy = .undone
            return true
        } catch {
            evidence += "; it could not be put back: \(error)"
            return false
        }
    }
}
