import Agents
import ChildProcesses
import Foundation
import Git
import Orchestrator

extension DispatchComposition {
    /// The engine that answers, with a read-only checkout for each question.
    func answerer() throws -> (any ThreadAnswering)? {
        guard let name = engine else { return nil }
        let environment = run.environment
        let engine: any Engine
        let template: PromptTemplate
        do {
            engine = try environment.engines.engine(named: name)
            template = try PromptTemplate.load(role: "dispatch", from: ledger.place.root + "/prompts")
        } catch {
            throw CommandFailure(explaining: error)
        }
        guard !(engine is ScriptEngine) else {
            throw CommandFailure.usage(
                "The engine 'script' runs scripts and answers no questions.",
                hint: "Name an engine that can read, such as 'claude', or leave '--engine' away."
            )
        }
        var options = EngineAnswerer.Options()
        options.inherited = ledger.settings.inheritedEnvironment
        let folder = environment.state + "/dispatch"
        let (git, root, base) = (environment.git, ledger.place.root, environment.base)
        let sandbox = ledger.settings.sandbox
        let searchPath = context.environment["PATH"] ?? ExecutableSearch.defaultSearchPath
        return EngineAnswerer(
            engine: engine,
            template: template,
            environment: EngineEnvironment(base: context.environment),
            options: options
        ) { thread, body in
            do {
                let place = AnswerPlace(
                    git: git,
                    root: root,
                    base: base,
                    folder: folder,
                    searchPath: searchPath,
                    sandbox: sandbox
                )
                return try await place.with(thread, body: body)
            } catch {
                return .refused(why: "no checkout could be made: \(error)")
            }
        }
    }
}

/// Makes a checkout for one answer and takes it away again.
private struct AnswerPlace {
    let git: GitCommand
    let root: String
    let base: String?
    let folder: String
    let searchPath: String
    /// The setting: `auto`, `required` or `off`.
    let sandbox: String

    func with(
        _ thread: String,
        body: @Sendable (EngineAnswerer.Place) async -> ThreadAnswer
    ) async throws -> ThreadAnswer {
        let kind = sandbox == "off" ? SandboxKind.none : await SandboxKind.detect(searchPath: searchPath).kind
        guard kind != .none || sandbox != "required" else {
            return .refused(why: "the settings require a sandbox, and none works here")
        }
        let name = "answer-\(UUID().uuidString.prefix(8).lowercased())"
        let worktree = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let commit = try await GitLane(name: "dispatch").run { [root, base] () throws(GitError) -> OID in
            try Repository(discoverFrom: root).resolve(base ?? "HEAD")
        }
        try await git.addWorktree(WorktreeRequest(name: name, path: worktree, branch: nil), at: commit, in: root)
        // Nothing of the repository is writable for it, its own checkout included.
        let policy = SandboxPolicy(kind: kind, readOnlyPaths: [root, folder])
        var answer = await body(
            EngineAnswerer.Place(
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
