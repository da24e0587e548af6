import ChildProcesses
import Foundation
import Git
import RunModel

extension GuardInspector {
    /// Keeps what the ref held or holds under a rescue ref, and puts the ref back if that is wanted.
    func undo(
        _ violation: inout GuardViolation,
        _ old: ReferenceValue?,
        _ new: ReferenceValue?,
        isWanted: Bool,
        in repository: borrowing Repository
    ) throws(GitError) {
        // The value that would otherwise be reachable from nowhere: the foreign one, or the one that was deleted.
        if let lost = isWanted ? new?.commit ?? old?.commit : new == nil ? old?.commit : nil {
            violation.kept = try rescue(lost, in: repository)
        }
        guard isWanted else { return }
        do throws(GitError) {
            try repository.restore(
                violation.subject,
                to: old,
                from: new,
                message: "switchyard: undo what agent \(site.agent) did"
            )
            violation.remedy = .undone
        } catch {
            // It moved again between the look and the step: whoever did that may have built on it.
            guard error.isRetryable || error.code == .notFound else { throw error }
            violation.evidence += "; it moved again while it was being put back"
        }
    }

    /// Makes the next free ref below the agent's rescue folder; the same commit is kept once.
    private func rescue(_ commit: OID, in repository: borrowing Repository) throws(GitError) -> String {
        let folder = "refs/switchyard/rescued/\(site.run)/\(site.agent.slug)/"
        let kept = try repository.references(matching: folder + "*")
        if let known = kept.first(where: { $0.value == commit }) { return known.key }
        var number = 1
        while kept[folder + String(number)] != nil { number += 1 }
        let name = folder + String(number)
        try repository.createReference(name, at: commit, message: "switchyard: keep what agent \(site.agent) moved")
        return name
    }

    /// `HEAD` of another worktree, judged by that worktree's own log.
    func head(
        _ worktree: String,
        _ old: ReferenceValue?,
        _ new: ReferenceValue?,
        before: GuardSnapshot,
        in repository: borrowing Repository
    ) throws(GitError) -> GuardViolation? {
        let folder = worktree.isEmpty ? "" : "worktrees/\(worktree)/"
        if "\(site.commonFolder)/\(folder)" == site.worktreeGitFolder + "/" { return nil }
        // A worktree that comes or goes is the runner's or the user's doing.
        guard let old, let new else { return nil }
        let log = "\(folder)logs/HEAD"
        let entries = Reflog.load("\(site.commonFolder)/\(log)", after: before.logSizes[log] ?? 0).entries
        let last = entries.last { $0.mark == site.mark }
        if last == nil {
            // A checkout writes the log of `HEAD`, as a user's does; `symbolic-ref` and an editor do not. Only the `HEAD`
            // that the landing moves along is worth a guess.
            guard worktree.isEmpty, !isSandboxed, entries.isEmpty, before.logSizes[log] != nil,
                old == landingBranch.map(ReferenceValue.symbolic)
            else { return nil }
        }
        var violation = GuardViolation(
            kind: .headMoved,
            subject: worktree.isEmpty ? "HEAD of the main worktree" : "HEAD of worktree '\(worktree)'",
            before: old.text,
            after: new.text,
            attribution: last != nil ? .proved : hasOtherSuspects ? .unknown : .likely,
            evidence: last != nil
                ? "its mark stands in the log of that HEAD"
                : "HEAD was written past its log, while "
                    + (hasOtherSuspects ? "several agents were" : "this was the only agent")
                    + " at work without a sandbox"
        )
        guard last == entries.last else { return violation }
        do throws(GitError) {
            try repository.restoreHead(ofWorktree: worktree, to: old, from: new)
            violation.remedy = .undone
        } catch {
            // It moved again between the look and the step.
            guard error.isRetryable || error.code == .exists else { throw error }
        }
        return violation
    }

    /// Settings, hooks, info and the guard's own files.
    func files(before: GuardSnapshot, after: RefSnapshot) -> [GuardViolation] {
        let own = site.worktreeGitFolder.dropFirst(site.commonFolder.count + 1) + "/"
        let guardFolder = site.folder.dropFirst(site.commonFolder.count + 1) + "/"
        let now = GuardSnapshot.files(site, after)
        // Its git folder goes with its worktree: whoever removed that, the agent did not change settings in it.
        let isRemoved = !GuardFiles.isFolder(site.worktreeGitFolder)
        return Set(before.files.keys).union(now.keys).sorted().compactMap { path in
            let (old, new) = (before.files[path], now[path])
            guard old != new, !(isRemoved && path.hasPrefix(own)) else { return nil }
            let isOwn = path.hasPrefix(own) || path.hasPrefix(guardFolder)
            if !isOwn {
                // Other worktrees' settings are looked at by the inspections of those who work there.
                if path.hasPrefix("worktrees/") || isSandboxed { return nil }
                if path == "config", let old, let new, SettingsDifference.isHarmless(old.bytes, new.bytes) {
                    return nil
                }
            }
            return restore(path, old: old, new: new, isOwn: isOwn)
        }
    }

    private func restore(
        _ path: String,
        old: GuardFiles.Content?,
        new: GuardFiles.Content?,
        isOwn: Bool
    ) -> GuardViolation {
        let kind: GuardViolation.Kind =
            path.contains("hooks/")
            ? .hookChanged : path.hasSuffix("info") || path.contains("info/") ? .gitFileChanged : .configChanged
        var violation = GuardViolation(
            kind: kind,
            subject: path,
            before: old == nil ? "" : "present",
            after: new == nil ? "" : "present",
            attribution: isOwn ? .proved : hasOtherSuspects ? .unknown : .likely,
            evidence: isOwn
                ? "only this agent's processes work with that file"
                : hasOtherSuspects
                    ? "several agents were at work without a sandbox when the file changed"
                    : "this was the only agent at work without a sandbox when the file changed"
        )
        let target = "\(site.commonFolder)/\(path)"
        do {
            if let new {
                let kept = "\(site.rescued)/\(path.split(separator: "/").joined(separator: "-"))"
                try GuardFiles.write(GuardFiles.Content(bytes: new.bytes, permissions: 0o600), to: kept)
                violation.kept = kept
            }
            if let old {
                try GuardFiles.write(old, to: target)
            } else {
                // The bytes were kept above.
                unlink(target)
            }
            violation.remedy = .undone
        } catch {
            violation.evidence += "; it could not be put back: \(error)"
        }
        return violation
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
