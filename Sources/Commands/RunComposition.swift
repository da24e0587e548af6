import Agents
import ChildProcesses
import Foundation
import Git
import Glibc
import Orchestrator

/// Puts the parts of the program together for one repository: the composition root.
struct RunComposition: Sendable {
    let place: RepositoryPlace
    let settings: RunnerSettings
    let environment: RunEnvironment

    /// Finds the repository, reads the settings, and builds everything a run needs; starts nothing.
    static func make(
        in context: CommandContext,
        flags: [String: (value: SettingValue, name: String)] = [:]
    ) async throws(CommandFailure) -> RunComposition {
        let place = try await RepositoryPlace.require(from: context.workingDirectory)
        return try RunComposition(
            place: place,
            settings: try place.loadSettings(in: context, flags: flags),
            context: context
        )
    }

    init(place: RepositoryPlace, settings: RunnerSettings, context: CommandContext) throws(CommandFailure) {
        self.place = place
        self.settings = settings
        let state = place.statePath(settings)
        let runner = ChildRunner(keeper: [context.programPath, "keeper"])
        let prompts: PromptTemplate
        do {
            prompts = try PromptTemplate.load(role: "build", from: place.root + "/prompts")
        } catch {
            throw CommandFailure(explaining: error)
        }
        environment = RunEnvironment(
            program: Program.version,
            repository: place.root,
            state: state,
            base: settings.base,
            variables: context.environment,
            user: Self.user(context.environment),
            engines: EngineCatalog(
                settings: settings.engines,
                searchPath: context.environment["PATH"] ?? ExecutableSearch.defaultSearchPath,
                runner: runner
            ),
            prompts: prompts,
            runner: runner,
            git: GitCommand(environment: context.environment),
            now: context.now
        )
    }

    var store: RunStore { RunStore(state: environment.state) }

    /// The run a person names: its id, the beginning of it, or `latest`.
    func run(named text: String) throws -> RunFolder { store.folder(try store.require(text)) }

    static func user(_ environment: [String: String]) -> String {
        let name =
            [environment["USER"], environment["LOGNAME"]].compactMap(\.self).first { !$0.isEmpty } ?? "uid-\(getuid())"
        return "\(name)@\(ProcessInfo.processInfo.hostName)"
    }
}

extension RepositoryPlace {
    /// Absolute path of the state folder; a bare repository keeps it inside of itself.
    func statePath(_ settings: RunnerSettings) -> String { absolute(settings.stateFolder) }
}
