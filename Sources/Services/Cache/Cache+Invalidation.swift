import Locking

extension Cache {
    static let topic = Topic("switchyard:cache:invalidations")

    /// Forgets what the selector names, here, in the shared store and in all other processes.
    ///
    /// When it returns, no caller in this process is served what was cached before. Other processes follow as fast as the
    /// bus is, or within the few seconds for which a deaf one keeps values.
    ///
    /// - Returns: how many entries the shared store removed.
    /// - Throws: `ServicesError` when the shared store or the bus is away; this process has forgotten all the same, and
    ///   the caller should try again.
    @discardableResult
    package func invalidate(_ selector: CacheSelector) async throws(ServicesError) -> Int {
        try options.limits.check(name: selector.namespace, what: "cache namespace")
        telemetry.count(Metric.cacheInvalidations, "local")
        // The store first: what is read again from here on must not be the old value.
        let removed: Result<Int, ServicesError>
        do throws(ServicesError) {
            removed = .success(try await store.driver.invalidate(selector))
        } catch {
            removed = .failure(error)
        }
        forget(selector)
        if let sender { try await sender.send(selector) }
        return try removed.get()
    }

    /// Hears invalidations of other processes until the task is cancelled.
    ///
    /// Never fails: when the bus is away it is asked for again and again, with growing pauses, and values live in memory
    /// for a few seconds only meanwhile.
    package func run() async {
        guard let bus, let sender else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.sendSigns(sender) }
            group.addTask { await self.watchSigns() }
            var failures = 0
            while !Task.isCancelled {
                do {
                    let events = try await bus.subscribe(to: .exact(Self.topic))
                    failures = 0
                    // A sign at once, so that hearing begins with the first of them.
                    try await sender.send(nil)
                    for await event in events { perform(hear(event)) }
                } catch {
                    // What failed does not matter: the next try tells whether it lasts.
                }
                perform(busState.withLock { $0.check(at: storeClock.now.microseconds, hasFailed: true) })
                if Task.isCancelled { break }
                failures += 1
                let pause = Backoff.exponential(base: .milliseconds(100), cap: .seconds(5)).delay(after: failures)
                try? await clock.sleep(for: pause ?? .seconds(5))
            }
            group.cancelAll()
        }
    }

    private func sendSigns(_ sender: CacheBusSender) async {
        while (try? await clock.sleep(for: options.signInterval)) != nil {
            // A sign that cannot be sent is one that is not heard: whoever watches sees it.
            try? await sender.send(nil)
        }
    }

    /// Finds out that no signs come any more, also while one cannot be sent.
    private func watchSigns() async {
        while (try? await clock.sleep(for: options.signInterval)) != nil {
            perform(busState.withLock { $0.check(at: storeClock.now.microseconds) })
            report()
        }
    }

    private func hear(_ event: SubscriptionEvent) -> [CacheBusState.Action] {
        let now = storeClock.now.microseconds
        return busState.withLock { state in
            switch event {
            case .gap: state.hearGap()
            case .message(let message): state.hear(CacheBusMessage(message.payload), at: now)
            }
        }
    }

    private func perform(_ actions: [CacheBusState.Action]) {
        for action in actions {
            switch action {
            case .forget(let selector):
                telemetry.count(Metric.cacheInvalidations, "remote")
                forget(selector)
            case .flush:
                telemetry.count(Metric.cacheFlushes)
                flights.voidAll { memory.removeAll() }
            case .becomeDeaf:
                telemetry.log(TelemetryEvent.cacheBusLost, ["code": "silent"])
                // What is in memory was kept for longer than a deaf process may.
                flights.voidAll { memory.removeAll() }
            case .becomeHearing:
                telemetry.log(TelemetryEvent.cacheBusBack)
            }
        }
    }

    private func forget(_ selector: CacheSelector) {
        flights.void(selector) { memory.remove(selector) }
    }
}
