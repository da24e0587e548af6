package import Agents
package import ChildProcesses
package import Foundation
package import Git

/// Everything a run takes from the world around it; made once by the composition root.
package struct RunEnvironment: Sendable {
    /// Version of this program, for the journal and commit trailers.
    package var program: String
    /// Root of the main working tree, or the git folder of a bare repository; absolute.
    package var repository: String
    /// The state folder; absolute.
    package var state: String
    /// The base branch the settings name; `nil` leaves the choice to the task file and the repository.
    package var base: String?
    /// The runner's own environment variables.
    package var variables: [String: String]
    /// Who runs it, as `user@host`.
    package var user: String
    package var engines: EngineCatalog
    package var prompts: PromptTemplate
    package var runner: ChildRunner
    package var git: GitCommand
    package var now: @Sendable () -> Date
    package var clock: any Clock<Duration>

    package init(
        program: String,
        repository: String,
        state: String,
        base: String? = nil,
        variables: [String: String],
        user: String,
        engines: EngineCatalog,
        prompts: PromptTemplate,
        runner: ChildRunner,
        git: GitCommand,
        now: @escaping @Sendable () -> Date = { Date() },
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.program = program
        self.repository = repository
        self.state = state
        self.base = base
        self.variables = variables
        self.user = user
        self.engines = engines
        self.prompts = prompts
        self.runner = runner
        self.git = git
        self.now = now
        self.clock = clock
    }

    /// A path below the repository as the repository names it; absolute when it lies elsewhere.
    package func relative(_ path: String) -> String {
        path.hasPrefix(repository + "/") ? String(path.dropFirst(repository.count + 1)) : path
    }
}
