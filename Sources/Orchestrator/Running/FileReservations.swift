import Foundation
package import RunModel
package import Services

/// Keeps runs, and agents outside of runs, from working on the same files at the same time.
///
/// A run takes a lease for every path, folder and glob that its agents own, all or none, before it looks at its base: so
/// what it waited for is in the base when it begins. Waiting is a courtesy with an end. Work that overlaps all the same is
/// merged or refused by the train as ever, and a store that is away holds nobody up.
package struct FileReservations: Sendable {
    /// What somebody else has in hand.
    package struct Holding: Hashable, Sendable {
        package var pattern: PathPattern
        /// For people: a run, or the ticket of an agent.
        package var holder: String

        package init(pattern: PathPattern, holder: String) {
            self.pattern = pattern
            self.holder = holder
        }
    }

    /// Files that a run wants and somebody else has.
    package struct Conflict: Hashable, Sendable {
        package var agent: AgentID
        package var wanted: PathPattern
        package var holding: Holding
    }

    package struct Options: Sendable {
        /// Longest wait for what others have in hand; setting `reservation_wait`.
        ///
        /// Default 10 minutes; zero looks once.
        package var wait: Duration = .seconds(600)
        /// Time between two looks.
        ///
        /// Default 1 second.
        package var interval: Duration = .seconds(1)
        /// How long a run's leases outlive it when it dies; renewed every third of it.
        ///
        /// Default 15 seconds.
        package var timeToLive: Duration = .seconds(15)

        package init() {}
    }

    private let lock: LeaseLock
    private let prefix: String
    private let guardName: String
    private let options: Options
    private let stopwatch: Stopwatch
    private let others: @Sendable (Set<TicketID>) async -> [Holding]

    /// - Parameters:
    ///   - lock: shared by all runs of the repository.
    ///   - repository: absolute path; part of the leases' names.
    ///   - options: limits.
    ///   - clock: for tests.
    ///   - others: what agents outside of runs have in hand, but for those who work on one of the tickets.
    package init(
        lock: LeaseLock,
        repository: String,
        options: Options = Options(),
        clock: some Clock<Duration> = ContinuousClock(),
        others: @escaping @Sendable (Set<TicketID>) async -> [Holding] = { _ in [] }
    ) {
        self.lock = lock
        prefix = "files:\(repository):"
        guardName = "reserving:\(repository)"
        self.options = options
        stopwatch = Stopwatch(clock)
        self.others = others
    }

    /// Waits until nobody else has the plan's files in hand, and runs the body while the run holds them.
    ///
    /// - Parameters:
    ///   - plan: whose files.
    ///   - run: the holder; taken up again it gets its own leases back.
    ///   - isPatient: asked between two looks; `false` goes on at once.
    ///   - waiting: told once of each conflict that is waited for.
    ///   - body: gets what was in the way until the end of the wait; empty when the files are held.
    /// - Returns: what the body returned.
    /// - Throws: what the body or `waiting` throws; `CancellationError` when the task is cancelled during the wait.
    package func hold<Value: Sendable>(
        _ plan: Plan,
        for run: RunID,
        isPatient: @Sendable () -> Bool,
        waiting: @Sendable (Conflict) throws -> Void,
        body: @Sendable ([Conflict]) async throws -> Value
    ) async throws -> Value {
        let wanted = plan.exclusivePaths
        var conflicts: [Conflict] = []
        var leases: [Lease] = []
        if !wanted.isEmpty {
            let deadline = stopwatch.elapsed + options.wait
            var told: Set<Conflict> = []
            while true {
                switch await take(wanted, tickets: plan.tickets, for: run) {
                case .held(let taken): (leases, conflicts) = (taken, [])
                case .inTheWay(let found): conflicts = found
                case .unknown: break
                }
                guard !conflicts.isEmpty, stopwatch.elapsed < deadline, isPatient() else { break }
                for conflict in conflicts where told.insert(conflict).inserted { try waiting(conflict) }
                try await stopwatch.sleep(until: stopwatch.elapsed + options.interval)
            }
        }
        // Ends with this scope, which cancels it.
        async let _: Void = renew(leases)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(conflicts))
        } catch {
            result = .failure(error)
        }
        if !leases.isEmpty { await lock.giveBack(leases) }
        return try result.get()
    }

    private static let longestName = 512

    private enum Look {
        case held([Lease])
        case inTheWay([Conflict])
        /// The store could not be asked, or another run is looking; nothing is known and nothing is held.
        case unknown
    }

    /// Looks and takes under a lease of its own, so that of two runs whose globs overlap only one finds nobody.
    private func take(_ wanted: [WantedPath], tickets: Set<TicketID>, for run: RunID) async -> Look {
        let look = try? await lock.withLease(
            [guardName],
            holder: run.rawValue,
            wait: .seconds(10)
        ) { _ -> Look in
            let conflicts = conflicts(
                wanted,
                with: try await holdings(but: run) + (await others(tickets))
            )
            guard conflicts.isEmpty else { return .inTheWay(conflicts) }
            // A lock's name has an end; a path that is longer is merged with care like all others.
            let names = Set(wanted.map { name($0.pattern) }).filter { $0.utf8.count <= Self.longestName }.sorted()
            guard !names.isEmpty else { return .held([]) }
            let answer = try await lock.acquire(
                names,
                holder: run.rawValue,
                timeToLive: options.timeToLive,
                wait: .zero,
                requestID: "files-\(run)"
            )
            guard case .granted(let leases) = answer else { return .unknown }
            return .held(leases)
        }
        guard case .ran(let found) = look else { return .unknown }
        return found
    }

    private func conflicts(_ wanted: [WantedPath], with holdings: [Holding]) -> [Conflict] {
        wanted.compactMap { path in
            holdings.first { PatternOverlap.isPossible($0.pattern, path.pattern) }.map { holding in
                Conflict(agent: path.agent, wanted: path.pattern, holding: holding)
            }
        }
    }

    /// What other runs hold now.
    private func holdings(but run: RunID) async throws -> [Holding] {
        var found: [Holding] = []
        var last: String?
        while true {
            let records = try await lock.records(prefix: prefix, after: last, limit: 1_000)
            for record in records {
                guard let holder = record.holder, holder != run.rawValue, let pattern = pattern(record.name) else {
                    continue
                }
                found.append(Holding(pattern: pattern, holder: "run \(holder)"))
            }
            guard records.count == 1_000, let end = records.last?.name else { return found }
            last = end
        }
    }

    private func renew(_ leases: [Lease]) async {
        guard !leases.isEmpty else { return }
        // A lease that is lost takes nothing from the run; its files are merged with care as ever.
        while (try? await stopwatch.sleep(until: stopwatch.elapsed + options.timeToLive / 3)) != nil {
            _ = try? await lock.renew(leases, timeToLive: options.timeToLive)
        }
    }

    private func name(_ pattern: PathPattern) -> String { "\(prefix)\(pattern.kind.rawValue):\(pattern.text)" }

    private func pattern(_ name: String) -> PathPattern? {
        let parts = name.dropFirst(prefix.count).split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let kind = PathPattern.Kind(rawValue: String(parts[0])) else { return nil }
        return PathPattern(kind: kind, text: String(parts[1]))
    }
}

extension FileReservations.Conflict {
    /// For the display and the report: the run has not begun yet.
    package var waiting: Finding {
        Finding(
            .note,
            "files-waited-for",
            "The run waits: agent \(agent) owns '\(wanted)', and \(holding.holder) has '\(holding.pattern)' in hand."
        )
    }

    /// For the report: the run went on all the same.
    package var finding: Finding {
        Finding(
            .warning,
            "files-in-hand",
            "Agent \(agent) owns '\(wanted)', and \(holding.holder) had '\(holding.pattern)' in hand when the run began.",
            hint:
                "What both changed in the same place is refused as a conflict; 'reservation_wait' says how long to wait."
        )
    }
}

/// A path that one agent writes alone.
struct WantedPath: Hashable, Sendable {
    var agent: AgentID
    var pattern: PathPattern
}

extension Plan {
    /// Paths that nobody else should work on; not those that several share by appending or by regions.
    fileprivate var exclusivePaths: [WantedPath] {
        let shared = append.map { PathPattern(kind: .glob, text: $0) }
        return assignments.flatMap { assignment in
            assignment.ownership.owned.filter { owned in
                owned.region == nil && !shared.contains { PatternOverlap.isPossible($0, owned.pattern) }
            }.map { WantedPath(agent: assignment.id, pattern: $0.pattern) }
        }
    }

    /// Tickets that the plan is about.
    fileprivate var tickets: Set<TicketID> {
        Set(([title, label ?? ""] + assignments.map(\.title)).flatMap { TicketID.all(in: $0) })
    }
}
