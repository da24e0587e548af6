import Agents
import ChildProcesses
import Foundation
import Git
import RunModel

/// Pre-flight: everything that can stop a run is found before anything is created.
struct PreparingStage {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    func perform() async throws {
        try await active.enter(.preparing)
        do {
            try await prepare()
        } catch let error as OrchestratorError {
            // A command that an interruption ended is no reason to give the run up.
            try Task.checkCancellation()
            // Nothing exists yet: the run ends here, and the command says why.
            try active.note(
                Finding(.error, error.code.rawValue, error.message, hint: error.hint)
            )
            try active.note(.runFinished(RunFinished(state: .failed, exitStatus: 3)))
            await active.journal.sync()
            throw error
        }
    }

    private func prepare() async throws {
        var findings: [Finding] = []
        let branch = try await chooseBase()
        try await refuseUnfinishedOperation(on: branch)
        if let dirty = try await dirtyNote(branch) { findings.append(dirty) }
        findings += otherBranchNote(branch)
        let base = try await startingPoint(of: branch, findings: &findings)
        // A fetch that was cut off says nothing about the remote.
        try Task.checkCancellation()
        try await checkEngines()
        try await checkDisk(base)
        let sandbox = try await chooseSandbox(findings: &findings)
        findings += PreflightSteps(active).skipped
        try await active.git { repository throws(GitError) in
            try repository.setReference(
                active.folder.baseRef,
                expecting: repository.reference(active.folder.baseRef),
                to: base,
                message: "switchyard: base of \(active.run)"
            )
        }
        try await PreflightSteps(active).run(at: base, sandbox: sandbox)
        let baseline = try await BaselineStage(active).record(at: base, sandbox: sandbox)
        try active.note(
            .preflightFinished(
                PreflightFinished(
                    baseBranch: branch,
                    baseCommit: base.hex,
                    sandbox: sandbox.rawValue,
                    baseline: baseline,
                    findings: findings
                )
            )
        )
        await active.journal.sync()
    }

    /// Says so when what lands on one branch is pushed to another.
    private func otherBranchNote(_ base: String) -> [Finding] {
        guard active.options.isPushEnabled, let target = active.pushTarget(base: base), target.branch != base else {
            return []
        }
        return [
            Finding(
                .warning,
                "push-other-branch",
                "The run lands on '\(base)' and pushes that to '\(target.remote)/\(target.branch)', another branch.",
                hint: "Name the branch to land on with 'base:', the one to push to with 'push:'; or use --no-push."
            )
        ]
    }

    private func chooseBase() async throws -> String {
        let facts = try await active.git { repository throws(GitError) in
            let head = try repository.head()
            let prefix = "refs/heads/"
            let branches = try repository.references(matching: prefix + "*").keys.map { String($0.dropFirst(11)) }
            return BaseChoice.Facts(
                branches: Set(branches),
                current: head.branch.map { $0.hasPrefix(prefix) ? String($0.dropFirst(11)) : $0 },
                isUnborn: head.commit == nil
            )
        }
        return try BaseChoice.branch(named: active.environment.base, plan: active.plan, facts: facts)
    }

    private func refuseUnfinishedOperation(on branch: String) async throws {
        let (pending, conflicts, isHere) = try await active.git { repository throws(GitError) in
            (
                repository.pendingOperation(), try repository.isBare ? [] : repository.conflictedIndexPaths(),
                try repository.head().branch == "refs/heads/\(branch)"
            )
        }
        guard isHere, pending != nil || !conflicts.isEmpty else { return }
        throw OrchestratorError(
            .baseUnusable,
            "The base branch '\(branch)' is checked out with an unfinished \(pending?.rawValue ?? "merge")"
                + (conflicts.isEmpty ? "." : " and conflicts in \(quoted(conflicts))."),
            hint: "Finish or abort it (`git status` says how), then run again."
        )
    }

    private func dirtyNote(_ branch: String) async throws -> Finding? {
        let dirty = try await active.git { repository throws(GitError) in
            try repository.isBare ? [] : repository.dirtyPaths(includingUntracked: false)
        }
        guard !dirty.isEmpty else { return nil }
        return Finding(
            .note,
            "dirty-worktree",
            "The main working tree has uncommitted changes in \(quoted(dirty.map(\.path))): agents do not see them, and "
                + "the run does not touch them.",
            hint: "Commit them first if the agents need them."
        )
    }

    /// Fetches, and decides which commit the agents start from.
    private func startingPoint(of branch: String, findings: inout [Finding]) async throws -> OID {
        let local = try await active.git { repository throws(GitError) in
            try repository.resolve("refs/heads/\(branch)")
        }
        guard let remote = try await RemoteView(active).fetch(branch: branch, findings: &findings) else { return local }
        let distance = try await active.git { repository throws(GitError) in try repository.distance(local, remote.head)
        }
        switch RemotePosition(ahead: distance.ahead, behind: distance.behind) {
        case .absent, .equal: return local
        case .ahead:
            findings.append(
                Finding(
                    .note,
                    "base-ahead",
                    "'\(branch)' has \(distance.ahead) commit(s) that '\(remote.name)' lacks; a push takes them along."
                )
            )
            return local
        case .behind:
            findings.append(
                Finding(
                    .note,
                    "base-behind",
                    "'\(branch)' lacks \(distance.behind) commit(s) of '\(remote.name)'; the run starts from "
                        + "'\(remote.name)/\(branch)'."
                )
            )
            return remote.head
        case .diverged:
            findings.append(
                Finding(
                    .warning,
                    "base-diverged",
                    "'\(branch)' and '\(remote.name)/\(branch)' have both moved on: the result can land here, but it "
                        + "cannot be pushed.",
                    hint: "Merge or rebase '\(branch)' onto '\(remote.name)/\(branch)', then run again."
                )
            )
            return local
        }
    }

    private func checkEngines() async throws {
        for name in Set(active.plan.assignments.map { $0.engine ?? active.options.engine }).sorted() {
            let engine: any Engine
            do {
                engine = try active.environment.engines.engine(named: name)
            } catch {
                throw OrchestratorError(.engineUnusable, error.message, hint: error.hint)
            }
            let health = await engine.check()
            guard health.isAvailable else {
                throw OrchestratorError(
                    .engineUnusable,
                    "The engine '\(name)' cannot run here: \(health.detail).",
                    hint: health.remedy
                )
            }
        }
    }

    /// Refuses to begin when the worktrees would fill the disk.
    private func checkDisk(_ base: OID) async throws {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: active.environment.state)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue, free < Self.plentyOfRoomInBytes
        else { return }
        let size = try await active.git { repository throws(GitError) in try repository.sizeInBytes(of: base) }
        let widest = active.plan.waves.map(\.agents.count).max() ?? 0
        let needed = size * (widest + 1) + Self.reserveInBytes
        guard free < needed else { return }
        throw OrchestratorError(
            .diskFull,
            "\(widest) worktrees need about \(needed >> 20) MiB in '\(active.environment.state)', and \(free >> 20) MiB "
                + "are free.",
            hint: "Free some room ('switchyard clean' removes what old runs left), or run fewer agents with --only."
        )
    }

    /// With this much free the size of the tree is not even computed: that takes a look at every file.
    private static let plentyOfRoomInBytes = 32 << 30
    private static let reserveInBytes = 64 << 20

    private func chooseSandbox(findings: inout [Finding]) async throws -> SandboxKind {
        guard active.options.sandbox != "off" else { return .none }
        let (kind, why) = await SandboxKind.detect()
        if kind == .none && active.options.sandbox == "required" {
            throw OrchestratorError(
                .isolationBroken,
                "The settings require a sandbox, and none works here: \(why).",
                hint: "Install bubblewrap (apt-get install bubblewrap), or run with --sandbox auto."
            )
        }
        if kind == .none {
            findings.append(
                Finding(
                    .warning,
                    "no-sandbox",
                    "No sandbox works here (\(why)): an agent that breaks the rules is detected and undone, not held.",
                    hint: "Install bubblewrap: apt-get install bubblewrap."
                )
            )
        }
        return kind
    }

    private func quoted(_ paths: [GitPath]) -> String {
        let shown = paths.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        return paths.count > 3 ? "\(shown) and \(paths.count - 3) more" : shown
    }
}

extension Repository {
    /// Sum of the sizes of all files of a commit.
    fileprivate func sizeInBytes(of commit: OID) throws(GitError) -> Int {
        var sum = 0
        for (_, entry) in try allEntries(of: commit) where entry.mode.isRegular { sum += try blobSize(entry.oid) }
        return sum
    }
}
