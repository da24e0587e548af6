/// Finds the owner of an external actor by ordered strategies; the first match wins and is recorded.
///
/// Nobody found is a record and an alert, never a dropped event: the caller gets a resolution without an owner, or an
/// error after which it must try again.
package struct ResolverChain: Sendable {
    package struct Options: Sendable {
        /// Which strategies, in which order.
        ///
        /// Default all, from the surest to the vaguest.
        package var strategies = ResolutionStrategy.standard
        /// Owners by address, asked before the directory.
        package var urlRules = URLRules()
        package var limits = SizeLimits()

        package init() {}
    }

    private let directory: any OwnerDirectory
    private let records: any ResolutionDriver
    private let alerts: any AlertDriver
    private let options: Options
    private let telemetry: Telemetry

    package init(
        directory: any OwnerDirectory,
        records: any ResolutionDriver,
        alerts: any AlertDriver,
        options: Options = Options(),
        telemetry: Telemetry = .none
    ) {
        self.directory = directory
        self.records = records
        self.alerts = alerts
        self.options = options
        self.telemetry = telemetry
    }

    /// Finds the actor's owner and records how.
    ///
    /// A strategy that cannot be asked ends the search: a vaguer one might name somebody else than the surer one would.
    ///
    /// - Returns: the resolution; without an owner when nobody was found or the directory is away.
    /// - Throws: `ServicesError` when neither the record nor the alert could be stored: the event must be tried again.
    package func resolve(_ actor: ExternalActor) async throws(ServicesError) -> Resolution {
        try check(actor)
        let resolution = await search(actor)
        telemetry.count(Metric.resolutions, resolution.strategy?.rawValue ?? "none")
        var recordFailure: ServicesError?
        do {
            try await records.record(resolution)
        } catch {
            recordFailure = error
        }
        guard !resolution.isResolved else {
            // The owner is known, so the event is not lost; that the record is shall be known too.
            if let recordFailure { _ = try? await alerts.raise(Self.alert(resolution, recordFailure)) }
            return resolution
        }
        telemetry.log(TelemetryEvent.actorUnresolved, ["source": actor.source])
        do {
            _ = try await alerts.raise(Self.alert(resolution, recordFailure))
        } catch {
            if let recordFailure { throw recordFailure }
        }
        return resolution
    }

    private func search(_ actor: ExternalActor) async -> Resolution {
        var tried: [ResolutionStrategy] = []
        for strategy in options.strategies {
            guard let lookup = strategy.lookup(actor) else { continue }
            tried.append(strategy)
            do throws(ServicesError) {
                if let owner = try await owner(lookup) {
                    return Resolution(actor: actor, owner: owner, strategy: strategy, tried: tried)
                }
            } catch {
                return Resolution(actor: actor, owner: nil, strategy: nil, tried: tried, failure: error.message)
            }
        }
        return Resolution(actor: actor, owner: nil, strategy: nil, tried: tried)
    }

    private func owner(_ lookup: OwnerLookup) async throws(ServicesError) -> OwnerID? {
        if case .url(let url) = lookup, let owner = options.urlRules.owner(of: url) { return owner }
        return try await directory.owner(lookup)
    }

    private func check(_ actor: ExternalActor) throws(ServicesError) {
        try options.limits.check(name: actor.source, what: "source of an actor")
        for text in [actor.externalID, actor.userName, actor.email, actor.url] {
            guard let text else { continue }
            // Addresses of pages are longer than names; none of these is stored as a key.
            try options.limits.check(payload: Array(text.utf8), what: "part of an actor")
        }
    }

    private static func alert(_ resolution: Resolution, _ recordFailure: ServicesError?) -> NewAlert {
        let actor = resolution.actor
        let name = actor.externalID ?? actor.userName ?? actor.email ?? actor.url ?? "without a name"
        var text =
            resolution.owner.map { "The actor '\(name)' of \(actor.source) belongs to '\($0)'" }
            ?? "Nobody owns the actor '\(name)' of \(actor.source)"
        if let failure = resolution.failure { text += "; the search stopped early: \(failure)" }
        if let recordFailure { text += "; it could not be recorded: \(recordFailure.message)" }
        return NewAlert(
            severity: recordFailure == nil ? .warning : .critical,
            source: "resolver",
            text: text,
            deduplicationKey: "resolver\u{1F}\(actor.source)\u{1F}\(name)"
        )
    }
}
