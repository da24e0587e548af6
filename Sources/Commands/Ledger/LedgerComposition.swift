import Agents
import Foundation
import Git
import Orchestrator
import RunModel
import Services

/// Puts the ledger together for the repository a command was started in.
struct LedgerComposition: Sendable {
    let place: RepositoryPlace
    let settings: RunnerSettings
    let ledger: LedgerStore

    /// Opens the stores, runs the body with a ledger that may be changed, and closes them, whatever it does.
    static func with<Value>(
        _ context: CommandContext,
        body: (LedgerComposition, OpenStores) async throws -> Value
    ) async throws -> Value {
        try await OpenStores.with(try await StorePlaces.find(in: context)) { stores in
            let place = try await RepositoryPlace.require(from: context.workingDirectory)
            let ledger = LedgerComposition(
                place: place,
                settings: try place.loadSettings(in: context),
                lock: stores.lock,
                holder: stores.instance.rawValue
            )
            return try await body(ledger, stores)
        }
    }

    /// A ledger for reading: opens no store and makes nothing.
    static func forReading(_ context: CommandContext) async throws(CommandFailure) -> LedgerComposition {
        let place = try await RepositoryPlace.require(from: context.workingDirectory)
        return LedgerComposition(readingAt: place, settings: try place.loadSettings(in: context))
    }

    init(readingAt place: RepositoryPlace, settings: RunnerSettings) {
        // Reading takes no lease.
        self.init(place: place, settings: settings, lock: LeaseLock(driver: MemoryLockDriver()), holder: "reader")
    }

    private init(place: RepositoryPlace, settings: RunnerSettings, lock: LeaseLock, holder: String) {
        self.place = place
        self.settings = settings
        ledger = LedgerStore(locations: settings.ledgerLocations(at: place.root), lock: lock, holder: holder)
    }

    /// What git knows of the repository's tickets.
    func facts() async throws -> RepositoryFacts {
        try await RepositoryFactsReader(place.root).load(base: settings.base)
    }

    /// Whether the reader of task files takes a prompt without an error.
    static func isValidPrompt(_ text: String) -> Bool {
        !Planner.plan(source: Array(text.utf8), file: "prompt.md").findings.contains { $0.severity == .error }
    }
}

extension RunnerSettings {
    /// Where the ledger's files lie.
    func ledgerLocations(at repository: String) -> LedgerLocations {
        LedgerLocations(repository: repository, output: outputFolder, data: dataFolder, prompts: promptsFolder)
    }
}
