import Agents
import ChildProcesses
import Foundation
import Git
import Orchestrator

extension RunComposition {
    /// The engine of that name, with a checkout that it can only read for each question.
    func readOnlyEngine(_ name: String, in context: CommandContext) throws(CommandFailure) -> ReadOnlyEngine {
        let engine: any Engine
        do {
            engine = try environment.engines.engine(named: name)
        } catch {
            throw CommandFailure(explaining: error)
        }
        guard !(engine is ScriptEngine) else {
            throw CommandFailure.usage(
                "The engine 'script' runs scripts and answers no questions.",
                hint: "Name an engine that can read, such as 'claude', or leave '--engine' away."
            )
        }
        var options = ReadOnlyEngine.Options()
        options.inherited = settings.inheritedEnvironment
        let readOnly = ReadOnlyPlace(
            git: environment.git,
            root: place.root,
            base: environment.base,
            folder: environment.state + "/dispatch",
            searchPath: context.environment["PATH"] ?? ExecutableSearch.defaultSearchPath,
            sandbox: settings.sandbox
        )
        return ReadOnlyEngine(
            engine: engine,
            environment: EngineEnvironment(base: context.environment),
            options: options
        ) { body in
            do {
                return try await readOnly.with(body)
            } catch {
                return .refused(why: "no checkout could be made: \(error)")
            }
        }
    }

    /// The prompt of a role: the repository's own, or the one that is built in.
    func template(_ role: String) throws(CommandFailure) -> PromptTemplate {
        do {
            return try PromptTemplate.load(role: role, from: place.root + "/prompts")
        } catch {
            throw CommandFailure(explaining: error)
        }
    }
}

/// Makes a checkout for one question and takes it away again.
private struct ReadOnlyPlace {
    let git: GitCommand
    let root: String
    let base: String?
    let folder: String
    let searchPath: String
    /// The setting: `auto`, `required` or `off`.
    let sandbox: String

    func with(
        _ body: @Sendable (ReadOnlyEngine.Place) async -> ReadOnlyEngine.Reply
    ) async throws -> ReadOnlyEngine.Reply {
        let kind = sandbox == "off" ? SandboxKind.none : await SandboxKind.detect(searchPath: searchPath).kind
        guard kind != .none || sandbox != "required" else {
            return .refused(why: "the settings require a sandbox, and none works here")
        }
        let name = "question-\(UUID().uuidString.prefix(8).lowercased())"
        let worktree = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let commit = try await GitLane(name: "dispatch").run { [root, base] () throws(GitError) -> OID in
            try Repository(discoverFrom: root).resolve(base ?? "HEAD")
        }
        try await git.addWorktree(WorktreeRequest(name: name, path: worktree, branch: nil), at: commit, in: root)
        // Nothing of the repository is writable for it, its own checkout included.
        let policy = SandboxPolicy(kind: kind, readOnlyPaths: [root, folder])
        var answer = await body(
            ReadOnlyEngine.Place(
                worktree: worktree,
                commit: commit.hex,
                logFolder: "\(folder)/logs/\(name)",
                sandbox: kind == .none ? nil : policy
            )
        )
        // Without a sandbox the look afterwards tells: who writes where only reading was asked for is not believed.
        if await (try? git.isUnchanged(worktree: worktree)) != true {
            answer = .refused(why: "the engine changed files, although it was asked to read only")
        }
        // What stays behind is found as a stale worktree by the next dispatch.
        try? await git.removeWorktree(at: worktree, in: root)
        return answer
    }
}
