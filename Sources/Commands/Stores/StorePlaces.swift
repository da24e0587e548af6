import Foundation
import Orchestrator

/// Which stores to open, and how: what the settings say about them.
struct StorePlaces: Sendable, Hashable {
    var database: StoreURL
    var redis: StoreURL?
    var isDurabilityFull = false
    var poolSize = 5...50
    /// Who is told of alerts besides the store.
    var alertSinks: [CommandAlertSink] = []

    /// The stores that agents and people share.
    static func shared(_ settings: RunnerSettings, state: String) -> StorePlaces? {
        make(settings, file: state + "/shared/services.sqlite")
    }

    /// The stores of the runner itself: where they are embedded, no agent can write them.
    static func own(_ settings: RunnerSettings, state: String) -> StorePlaces? {
        make(settings, file: state + "/state.sqlite")
    }

    private static func make(_ settings: RunnerSettings, file: String) -> StorePlaces? {
        guard let database = settings.database ?? StoreURL(file) else { return nil }
        return StorePlaces(
            database: database,
            redis: settings.redis,
            isDurabilityFull: settings.isDurabilityFull,
            poolSize: settings.poolSize
        )
    }

    /// The shared stores of the place a command was started in: of its repository, or, where the environment names a
    /// database, of anywhere.
    static func find(in context: CommandContext) async throws(CommandFailure) -> StorePlaces {
        let place: RepositoryPlace
        do throws(CommandFailure) {
            place = try await RepositoryPlace.require(from: context.workingDirectory)
        } catch {
            let settings = try SettingsReader.read(file: nil, environment: context.environment)
            guard settings.database != nil, var places = shared(settings, state: "/") else {
                var failure = error
                failure.hints.append("Or name a database: SWITCHYARD_DATABASE_URL=postgres://... or sqlite:///path")
                throw failure
            }
            places.alertSinks = CommandAlertSink.make(settings, in: context, at: context.workingDirectory)
            return places
        }
        let settings = try place.loadSettings(in: context)
        let state = place.statePath(settings)
        guard var places = shared(settings, state: state) else {
            throw .environment("The state folder '\(state)' is no absolute path.")
        }
        places.alertSinks = CommandAlertSink.make(settings, in: context, at: place.root)
        if places.folder?.hasPrefix(state + "/") == true {
            do {
                try StateFolder.prepare(state)
            } catch {
                throw .environment(
                    "The state folder '\(state)' cannot be made: \(error.localizedDescription)",
                    hint: "Check its owner and free space."
                )
            }
        }
        return places
    }

    /// The variables that lead another process to the same stores.
    var variables: [String: String] {
        var variables = ["SWITCHYARD_DATABASE_URL": database.locator]
        variables["REDIS_URL"] = redis?.locator
        return variables
    }

    /// The folder of an embedded store.
    var folder: String? {
        guard case .sqlite(let path) = database.kind else { return nil }
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
}

extension StoreURL {
    /// The URL in full, passwords included: for environments and connections, not for people.
    var locator: String {
        if case .sqlite(let path) = kind { "sqlite://\(path)" } else { text }
    }
}
