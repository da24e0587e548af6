import Agents
import Foundation
import Git
import Orchestrator
import RunModel

/// A task file that was read and planned.
struct PlanSource: Sendable {
    /// The path as it was typed.
    var file: String
    var bytes: [UInt8]
    var plan: Plan

    /// Reads a task file and plans it against the repository, where there is one.
    static func load(
        _ file: String,
        in context: CommandContext,
        settings: RunnerSettings,
        place: RepositoryPlace?,
        isSerializingOverlaps: Bool,
        only: [AgentID] = []
    ) async throws(CommandFailure) -> PlanSource {
        let bytes = try read(file, in: context)
        let options = PlannerOptions(
            isSerializingOverlaps: isSerializingOverlaps,
            baseFiles: await place?.files(at: settings.base ?? "HEAD"),
            only: Set(only)
        )
        var plan = Planner.plan(source: bytes, file: file, options: options)
        for index in plan.assignments.indices where plan.assignments[index].model == nil {
            let engine = plan.assignments[index].engine ?? settings.engine
            // A model of the engine's own says more than the one for all engines.
            plan.assignments[index].model = settings.engines[engine]?.model ?? settings.model
        }
        // Seen from the repository, because the gate protects the task file by its path in the tree.
        plan.file = place?.relative(file, from: context.workingDirectory) ?? file
        // The task file wins over the settings file, and a flag wins over the task file.
        if case .flag = settings.origin(of: "max_parallel") { plan.maxParallel = settings.maxParallel }
        return PlanSource(file: file, bytes: bytes, plan: plan)
    }

    /// A failure with all findings when the plan cannot run.
    func requireRunnable() throws(CommandFailure) {
        let errors = plan.findings.count { $0.severity == .error }
        guard errors > 0 else { return }
        throw CommandFailure(
            .usage,
            "The task file '\(file)' cannot run; nothing was changed.",
            findings: plan.findings,
            file: file,
            source: bytes
        )
    }

    private static func read(_ file: String, in context: CommandContext) throws(CommandFailure) -> [UInt8] {
        let path = file.hasPrefix("/") ? file : context.workingDirectory + "/" + file
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .usage("There is no task file '\(file)'.", hint: nearby(path).map { "Did you mean '\($0)'?" })
        }
        guard !isFolder.boolValue else { throw .usage("'\(file)' is a folder; a task file is a Markdown file.") }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .environment("The task file '\(file)' cannot be read.", hint: "Check who may read it: ls -l \(file)")
        }
        return [UInt8](data)
    }

    /// A file of the same folder with nearly that name.
    private static func nearby(_ path: String) -> String? {
        let folder = (path as NSString).deletingLastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return Spelling.nearest(to: (path as NSString).lastPathComponent, among: names.sorted())
    }
}

extension RepositoryPlace {
    /// A typed path as the repository names it; absolute when the file lies elsewhere.
    func relative(_ path: String, from folder: String) -> String {
        let typed = URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder, isDirectory: true))
        let real = typed.resolvingSymlinksInPath().path
        let base = URL(fileURLWithPath: root).resolvingSymlinksInPath().path + "/"
        return real.hasPrefix(base) ? String(real.dropFirst(base.count)) : real
    }

    /// Every path of a commit; `nil` when there is no such commit.
    func files(at revision: String) async -> [String]? {
        let root = root
        return try? await GitLane(name: "plan").run(at: root) { repository throws(GitError) in
            guard let commit = try repository.find(revision) else { return nil }
            return try repository.allEntries(of: commit).map(\.path.description)
        }
    }
}
