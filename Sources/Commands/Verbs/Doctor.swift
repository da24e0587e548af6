import Agents
import ChildProcesses
import Foundation
import Git
import Glibc
import Orchestrator
import RunModel
import Terminal

/// Looks at everything a run needs; changes nothing but a probe file in the state folder.
struct Doctor: Sendable {
    /// The oldest git whose worktrees have settings of their own.
    private static let oldestGit = [2, 20]

    let context: CommandContext

    /// All checks in the order people read them; one that cannot be made is a failed one.
    func checks() async -> [DoctorCheck] {
        var checks = [await git()]
        let composition: RunComposition
        do {
            let place = try await RepositoryPlace.require(from: context.workingDirectory)
            checks += await repository(place)
            let (settings, settingsCheck) = settings(place)
            checks.append(settingsCheck)
            composition = try RunComposition(place: place, settings: settings, context: context)
        } catch {
            checks.append(.fail("repository", error.message, error.hints.first ?? "Go to a git repository."))
            return checks + [await sandbox("auto")]
        }
        checks += await engines(composition)
        checks.append(await sandbox(composition.settings.runOptions().sandbox))
        checks.append(disk(composition))
        checks.append(stateFolder(composition))
        checks.append(runs(composition))
        return checks
    }

    private func git() async -> DoctorCheck {
        do {
            let version = try await GitCommand(environment: context.environment).version()
            let numbers = version.split(separator: ".").prefix(2).compactMap { Int($0) }
            guard !numbers.lexicographicallyPrecedes(Self.oldestGit) else {
                return .fail("git", "git \(version) is too old", "Install git 2.20 or later: apt-get install git")
            }
            return .ok("git", "git \(version)")
        } catch {
            return .fail("git", CleanText.line(error.message), "Install git: apt-get install git")
        }
    }

    private func repository(_ place: RepositoryPlace) async -> [DoctorCheck] {
        do {
            let root = place.root
            return try await GitLane(name: "doctor").run(at: root) { repository throws(GitError) in
                var checks: [DoctorCheck] = []
                switch try repository.head() {
                case .branch(let name, let commit):
                    let branch = name.split(separator: "/").dropFirst(2).joined(separator: "/")
                    checks.append(.ok("repository", "'\(root)' on branch '\(branch)' at \("\(commit)".prefix(8))"))
                case .detached(let commit):
                    checks.append(
                        .warn(
                            "repository",
                            "'\(root)' has a detached HEAD at \("\(commit)".prefix(8)), on no branch",
                            "Check out the branch to land on, or name it: 'base: main' in the settings or the task file."
                        )
                    )
                case .unborn(let name):
                    let branch = name.split(separator: "/").dropFirst(2).joined(separator: "/")
                    checks.append(
                        .fail(
                            "repository",
                            "'\(root)' has no commit yet on '\(branch)'",
                            "Agents need a commit to start from: git commit --allow-empty -m 'first commit'"
                        )
                    )
                }
                if let pending = repository.pendingOperation() {
                    checks.append(
                        .warn(
                            "working tree",
                            "a \(pending.rawValue) was begun and not finished",
                            "Finish or abort it, so that a landed result can be checked out: git status"
                        )
                    )
                } else if !repository.isBare {
                    let dirty = try repository.dirtyPaths(includingUntracked: false).count
                    checks.append(
                        dirty == 0
                            ? .ok("working tree", "clean")
                            : .warn(
                                "working tree",
                                "\(QuantityText.counted(dirty, "file")) changed; runs do not touch them, and start from the last commit",
                                "Commit what agents shall see: git status"
                            )
                    )
                }
                if repository.isShallow {
                    checks.append(
                        .warn(
                            "history",
                            "the clone is shallow",
                            "Pushing may fail; get the rest: git fetch --unshallow"
                        )
                    )
                }
                return checks
            }
        } catch {
            return [.fail("repository", error.message, error.hint ?? "Look at it with: git fsck")]
        }
    }

    private func settings(_ place: RepositoryPlace) -> (RunnerSettings, DoctorCheck) {
        do {
            let settings = try place.loadSettings(in: context)
            let count = settings.resolved.values.count { $0.origin != .standard } + settings.engines.count
            if let warning = settings.warnings.first {
                return (settings, .warn("settings", warning.message, warning.hint ?? "See: switchyard settings"))
            }
            return (
                settings, .ok("settings", count == 0 ? "all at their defaults" : "\(count) set, the rest at defaults")
            )
        } catch {
            return (RunnerSettings(), .fail("settings", error.message, "See where: switchyard settings"))
        }
    }

    /// The engine that is used without being named must work; others may be missing.
    private func engines(_ composition: RunComposition) async -> [DoctorCheck] {
        var checks: [DoctorCheck] = []
        // A preset nobody asked for is no complaint when its program is not here.
        let wanted = Set([composition.settings.engine] + composition.settings.engines.keys)
        var absent: [String] = []
        for name in composition.environment.engines.names {
            do {
                let health = try await composition.environment.engines.engine(named: name).check()
                let detail = CleanText.line(health.detail)
                if health.isAvailable {
                    checks.append(.ok("engine \(name)", detail))
                } else if !wanted.contains(name) {
                    absent.append(name)
                } else {
                    let remedy = health.remedy ?? "Install it, or use another engine."
                    let isNeeded = name == composition.settings.engine
                    checks.append(
                        isNeeded ? .fail("engine \(name)", detail, remedy) : .warn("engine \(name)", detail, remedy)
                    )
                }
            } catch {
                let remedy = error.hint?.sentence ?? "Check 'engines.\(name)' in the settings."
                checks.append(.fail("engine \(name)", error.message.sentence, remedy))
            }
        }
        if !absent.isEmpty { checks.append(.ok("other engines", "not installed: \(absent.joined(separator: ", "))")) }
        return checks
    }

    private func sandbox(_ wanted: String) async -> DoctorCheck {
        let path = context.environment["PATH"] ?? ExecutableSearch.defaultSearchPath
        let (kind, why) = await SandboxKind.detect(searchPath: path)
        let detail = "\(kind.rawValue): \(why)"
        switch (kind, wanted) {
        case (_, "off"): return .warn("sandbox", "switched off", "Remove 'sandbox: off' from the settings.")
        case (.none, "required"):
            return .fail("sandbox", detail, "Install it: apt-get install bubblewrap; or set 'sandbox: auto'.")
        case (.none, _):
            return .warn(
                "sandbox",
                detail,
                "What agents break is detected and undone, not prevented. Install: apt-get install bubblewrap"
            )
        case (.landlock, _):
            return .warn("sandbox", detail, "Agents see other processes. For more: apt-get install bubblewrap")
        case (.bubblewrap, _): return .ok("sandbox", detail)
        }
    }
}
