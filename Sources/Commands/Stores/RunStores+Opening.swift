import Agents
import Orchestrator
import RunModel
import Services

extension RunComposition {
    /// Opens the stores a run needs, runs the body, and closes them, whatever it does.
    ///
    /// Embedded, the runner's own store is a file that no agent can write; the shared one is another.
    func withStores<Value>(
        _ context: CommandContext,
        body: (RunStores, JobHistory) async throws -> Value
    ) async throws -> Value {
        guard let own = StorePlaces.own(settings, state: environment.state),
            let shared = StorePlaces.shared(settings, state: environment.state)
        else { throw CommandFailure.environment("The state folder '\(environment.state)' is no absolute path.") }
        return try await OpenStores.with(own) { stores in
            let runStores = RunStores(
                landing: stores.lock,
                fences: environment.state + "/" + own.fenceFolder,
                throttle: EngineThrottle(
                    rateLimiter: stores.drivers.rateLimiter,
                    lock: stores.lock,
                    limits: settings.engineLimits
                ),
                reservations: reservations(stores.lock, context),
                shared: settings.areStoresShared ? shared.forAgents(program: context.programPath) : SharedStores()
            )
            // The file exists before the first sandbox opens its folder; people find what runs did among the jobs.
            let value = try await OpenStores.with(shared) { shared in
                let value = try await body(runStores, shared.jobHistory)
                await shared.pruneWhenDue()
                return value
            }
            await stores.pruneWhenDue()
            return value
        }
    }
}

extension StorePlaces {
    /// Fences belong to the store that counted their tokens: each place has its own.
    fileprivate var fenceFolder: String {
        guard case .sqlite = database.kind else {
            // Not secret and not for security: only another name for another place.
            let digest = database.description.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
                ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }
            return "fences-" + String(digest, radix: 16)
        }
        return "fences"
    }

    /// What agents are given of these stores.
    fileprivate func forAgents(program: String) -> SharedStores {
        var shared = SharedStores()
        shared.variables = variables
        shared.variables["SWITCHYARD_PROGRAM"] = program
        shared.writablePaths = folder.map { [$0] } ?? []
        return shared
    }
}

extension RunnerSettings {
    /// Starts per engine, for those that have a limit.
    fileprivate var engineLimits: [String: RateLimit] {
        engines.compactMapValues(\.rateLimit).mapValues {
            RateLimit(policy: .gcra, limit: $0.starts, per: $0.period)
        }
    }
}
