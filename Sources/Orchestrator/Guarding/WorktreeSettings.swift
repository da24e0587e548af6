import CLinux
import ChildProcesses
import Foundation
import Glibc

/// Turns `extensions.worktreeConfig` on for as long as guarded worktrees exist, and puts the file back after them.
///
/// The bytes before and after the change are kept beside the guards. When nobody else has edited the file in between
/// it is restored byte for byte; otherwise only the one setting is taken out.
struct WorktreeSettings: Sendable {
    let commonFolder: String

    private var config: String { commonFolder + "/config" }
    private var state: String { commonFolder + "/switchyard" }
    private var before: String { state + "/config.before" }
    private var after: String { state + "/config.after" }

    func isEnabled(tools: GuardTools) async throws(OrchestratorError) -> Bool {
        let output = try await tools.git(
            ["config", "--type=bool", "--get", "extensions.worktreeConfig"],
            in: commonFolder
        )
        return output.outputText.hasPrefix("true")
    }

    /// Returns whether the setting is on; `false` where turning it on would change what git reads for the main worktree.
    func enable(tools: GuardTools) async throws(OrchestratorError) -> Bool {
        let turn = await turn(tools: tools)
        defer { turn.end() }
        if try await isEnabled(tools: tools) { return true }
        let bare = try await tools.git(["config", "--local", "--type=bool", "--get", "core.bare"], in: commonFolder)
        let worktree = try await tools.git(["config", "--local", "--get", "core.worktree"], in: commonFolder)
        if bare.outputText.hasPrefix("true") || worktree.ending.isSuccess { return false }
        let (config, before, after) = (config, before, after)
        let saved = await tools.blocking { () -> Bool in
            guard let content = GuardFiles.content(config) else { return false }
            return (try? GuardFiles.write(content, to: before)) != nil
        }
        guard saved else {
            throw OrchestratorError(
                .isolationBroken,
                "Cannot keep a copy of '\(config)' before changing it.",
                hint: "Check free space and who owns '\(commonFolder)'."
            )
        }
        let set = ["config", "--local", "extensions.worktreeConfig", "true"]
        let output = try await tools.git(set, in: commonFolder)
        if !output.ending.isSuccess {
            // Another run may hold the lock of the file while it makes the same change.
            guard try await isEnabled(tools: tools) else {
                _ = try await tools.requireGit(set, in: commonFolder)
                return true
            }
        }
        await tools.blocking {
            // Clean-up compares with this copy; without it the setting is taken out by git instead.
            if let content = GuardFiles.content(config) { try? GuardFiles.write(content, to: after) }
        }
        return true
    }

    /// Takes the setting back out, unless guarded worktrees are left or the setting was there before.
    func restore(tools: GuardTools) async throws(OrchestratorError) {
        let (commonFolder, config, before, after, state) = (commonFolder, config, before, after, state)
        let turn = await turn(tools: tools)
        defer { turn.end() }
        enum Step { case none, unset }
        let step = await tools.blocking { () -> Step in
            guard let old = GuardFiles.content(before) else { return .none }
            let isInUse = GuardFiles.files(below: commonFolder + "/worktrees").contains {
                $0.hasSuffix("/config.worktree")
            }
            if isInUse || GuardFiles.content(commonFolder + "/config.worktree") != nil { return .none }
            defer {
                unlink(before)
                unlink(after)
                rmdir(state)
            }
            guard let current = GuardFiles.content(config), current == GuardFiles.content(after) else { return .unset }
            return (try? GuardFiles.write(old, to: config)) == nil ? .unset : .none
        }
        if step == .unset {
            // Exit status 5 says that it is gone already, which is as good.
            _ = try await tools.git(["config", "--local", "--unset", "extensions.worktreeConfig"], in: commonFolder)
        }
    }

    /// Waits until no other run changes the settings: two that begin at once would each take the other's change for the
    /// user's own text.
    private func turn(tools: GuardTools) async -> Turn {
        let commonFolder = commonFolder
        return await tools.blocking { Turn(folder: commonFolder) }
    }

    /// An OS lock on the git folder itself, which leaves no file behind and ends with the process.
    private struct Turn: Sendable {
        private let descriptor: Int32

        init(folder: String) {
            descriptor = linux_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
            // Where folders cannot be locked the runs go on without taking turns.
            while descriptor >= 0, flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
        }

        func end() {
            guard descriptor >= 0 else { return }
            // Unlocked first: a child that was started meanwhile may share the descriptor for a moment.
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
    }
}
