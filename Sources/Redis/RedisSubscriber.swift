package import EventLoop

/// Subscriptions to channels and patterns over one connection of their own, which comes back by itself.
///
/// At most once, as Redis delivers: messages published while nobody is connected are lost. After a lost connection all
/// names are asked for again, and every listener is told of the gap as soon as its name is confirmed.
package actor RedisSubscriber {
    /// Called on the reactor for every message and gap: must be quick.
    package typealias Listener = @Sendable (RedisMessage) -> Void

    /// A subscription on its way; the answer may come before its task waits for it.
    private struct Confirmation {
        let timer: Reactor.TimerID
        var waiter: CheckedContinuation<RedisError?, Never>?
        /// Nil for none yet; a failure of nil means confirmed.
        var outcome: RedisError??
    }

    package nonisolated let url: RedisURL
    nonisolated let reactor: Reactor
    nonisolated let options: Options
    private let resolver: HostResolver
    private var state: LinkState
    private var link: RedisLink?
    private var table = SubscriptionTable()
    private var listeners: [SubscriptionTable.ListenerID: Listener] = [:]
    private var endings: [SubscriptionTable.ListenerID: @Sendable () -> Void] = [:]
    private var confirmations: [SubscriptionTable.ListenerID: Confirmation] = [:]
    private var lastFailure: RedisError?
    private var readySince = ContinuousClock.now
    private var lastReceived = ContinuousClock.now
    private var retryTimer: Reactor.TimerID?
    private var healthTimer: Reactor.TimerID?
    private var generator = SystemRandomNumberGenerator()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// Prepares a subscriber; nothing is connected before the first subscription.
    package init(url: RedisURL, reactor: Reactor, resolver: HostResolver, options: Options = Options()) {
        self.url = url
        self.reactor = reactor
        self.resolver = resolver
        self.options = options
        state = LinkState(backoff: options.backoff, stableAfter: options.stableAfter)
    }

    isolated deinit {
        link?.close()
        for timer in [retryTimer, healthTimer].compactMap(\.self) { reactor.cancel(timer) }
    }

    // MARK: Subscribing

    /// Listens from the moment this returns, with a buffer for the reader.
    ///
    /// - Parameters:
    ///   - name: the channel or pattern.
    ///   - bufferLimit: most messages kept; nil for the one in the options.
    /// - Returns: the messages.
    /// - Throws: `RedisError` when the server did not confirm.
    package func subscribe(to name: Name, bufferLimit: Int? = nil) async throws(RedisError) -> RedisSubscription {
        let buffer = SubscriptionBuffer(
            countLimit: bufferLimit ?? options.bufferLimit,
            sizeLimitInBytes: options.bufferLimitInBytes
        )
        let mailbox = SubscriptionMailbox(buffer: buffer)
        let stop = try await listen(to: name, ended: { mailbox.end() }, { mailbox.deliver($0) })
        return RedisSubscription(mailbox: mailbox, stopListening: stop)
    }

    /// Calls the listener from the moment this returns.
    ///
    /// - Parameters:
    ///   - name: the channel or pattern.
    ///   - ended: called on the reactor when the subscriber is closed.
    ///   - listener: called on the reactor.
    /// - Returns: stops listening; may be called anywhere and more than once.
    /// - Throws: `RedisError` when the server did not confirm.
    package func listen(
        to name: Name,
        ended: @escaping @Sendable () -> Void = {},
        _ listener: @escaping Listener
    ) async throws(RedisError) -> @Sendable () -> Void {
        try admit()
        let (id, isListening) = table.add(name.tableName)
        listeners[id] = listener
        endings[id] = ended
        link?.requestFlush()
        if !isListening {
            expectConfirmation(of: id)
            if let failure = await confirmation(of: id) {
                remove(id)
                throw failure
            }
        }
        return { self.reactor.execute { self.assumeIsolated { $0.remove(id) } } }
    }

    /// Ends every subscription and disconnects.
    package func close() {
        state.close()
        link?.close()
        link = nil
        for timer in [retryTimer, healthTimer].compactMap(\.self) { reactor.cancel(timer) }
        (retryTimer, healthTimer) = (nil, nil)
        failConfirmations(.closed(url.endpoint))
        for ended in endings.values { ended() }
        (listeners, endings) = ([:], [:])
        table = SubscriptionTable()
    }

    private func admit() throws(RedisError) {
        guard table.count < options.listenerLimit else {
            throw .queueFull("SUBSCRIBE", requests: table.count, bytes: 0)
        }
        switch state.admit() {
        case .connectAndWait: connect()
        case .send, .wait: break
        case .refuse: throw .unavailable(url.endpoint, lastFailure: lastFailure)
        case .refuseClosed: throw .closed(url.endpoint)
        }
    }

    private func expectConfirmation(of id: SubscriptionTable.ListenerID) {
        let limit = options.connection.commandTimeout
        let timer = reactor.schedule(after: limit) { [weak self] in
            self?.assumeIsolated { $0.confirm(id, .timedOut("SUBSCRIBE", after: limit, isWritten: false)) }
        }
        confirmations[id] = Confirmation(timer: timer)
    }

    private func confirmation(of id: SubscriptionTable.ListenerID) async -> RedisError? {
        let failure = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                if let outcome = confirmations[id]?.outcome {
                    waiter.resume(returning: outcome)
                } else {
                    confirmations[id]?.waiter = waiter
                }
            }
        } onCancel: {
            reactor.execute { self.assumeIsolated { $0.confirm(id, .cancelled("SUBSCRIBE", isWritten: false)) } }
        }
        confirmations[id] = nil
        return failure
    }

    private func confirm(_ id: SubscriptionTable.ListenerID, _ failure: RedisError?) {
        guard var confirmation = confirmations[id], confirmation.outcome == nil else { return }
        reactor.cancel(confirmation.timer)
        confirmation.outcome = .some(failure)
        confirmations[id] = confirmation
        confirmation.waiter?.resume(returning: failure)
    }

    private func failConfirmations(_ error: RedisError) {
        for id in Array(confirmations.keys) { confirm(id, error) }
    }

    private func remove(_ id: SubscriptionTable.ListenerID) {
        listeners[id] = nil
        endings[id] = nil
        if table.remove(id) { link?.requestFlush() }
    }

    // MARK: Connection

    private func connect() {
        let link = RedisLink(
            url: url,
            reactor: reactor,
            resolver: resolver,
            options: options.connection,
            handlers: RedisLink.Handlers(
                opened: { [weak self] in self?.assumeIsolated { $0.opened() } },
                received: { [weak self] replies in self?.assumeIsolated { $0.received(replies) } },
                ended: { [weak self] error in self?.assumeIsolated { $0.ended(error) } },
                nextOutput: { [weak self] in self?.assumeIsolated { $0.table.takeOutput() } ?? [] },
                wrote: { _ in }
            )
        )
        self.link = link
        link.open()
    }

    private func opened() {
        state.connected()
        readySince = .now
        lastReceived = .now
        lastFailure = nil
        table.connected()
        link?.requestFlush()
        scheduleHealthCheck()
    }

    private func ended(_ error: RedisError) {
        lastFailure = error
        link = nil
        if let healthTimer { reactor.cancel(healthTimer) }
        healthTimer = nil
        table.disconnected()
        failConfirmations(error.with(command: "SUBSCRIBE", isWritten: false))
        let action =
            switch state.phase {
            case .ready: state.lost(after: readySince.duration(to: .now), using: &generator)
            default: state.connectFailed(using: &generator)
            }
        perform(action)
    }

    private func cut(_ error: RedisError) {
        link?.close()
        ended(error)
    }

    private func perform(_ action: LinkState.Action) {
        switch action {
        case .none: break
        case .connect: connect()
        case .retry(let delay):
            retryTimer = reactor.schedule(after: delay) { [weak self] in
                self?.assumeIsolated { subscriber in
                    subscriber.retryTimer = nil
                    subscriber.perform(subscriber.state.waitIsOver())
                }
            }
        }
    }

    private func received(_ replies: [RedisValue]) {
        lastReceived = .now
        for reply in replies where link != nil {
            switch table.receive(reply) {
            case .nothing: break
            case .message(let ids, let channel, let payload):
                for id in ids { listeners[id]?(.message(channel: channel, payload: payload)) }
            case .confirmed(let new, let back):
                for id in back { listeners[id]?(.gap(.reconnected)) }
                for id in new { confirm(id, nil) }
            case .refused(let new, let back, let reply):
                for id in new { confirm(id, .server("SUBSCRIBE", reply: reply)) }
                // Somebody believes to listen: the only honest state is that of a lost connection.
                if !back.isEmpty { return cut(.server("SUBSCRIBE", reply: reply)) }
            case .unexpected:
                return cut(.protocolViolation(url.endpoint, why: "it is neither a message nor an answer"))
            }
        }
    }

    // MARK: Health

    private func scheduleHealthCheck() {
        healthTimer = reactor.schedule(after: options.connection.healthCheckInterval) { [weak self] in
            self?.assumeIsolated { $0.checkHealth() }
        }
    }

    private func checkHealth() {
        let (interval, limit) = (options.connection.healthCheckInterval, options.connection.healthCheckTimeout)
        guard link != nil else { return }
        guard lastReceived.duration(to: .now) >= interval else { return scheduleHealthCheck() }
        table.ping()
        link?.requestFlush()
        healthTimer = reactor.schedule(after: limit) { [weak self] in
            self?.assumeIsolated { subscriber in
                guard subscriber.link != nil else { return }
                guard subscriber.lastReceived.duration(to: .now) >= limit else {
                    return subscriber.scheduleHealthCheck()
                }
                let why = "the server gave no sign of life within \(limit)"
                subscriber.cut(.connectionLost(subscriber.url.endpoint, why: why))
            }
        }
    }
}
