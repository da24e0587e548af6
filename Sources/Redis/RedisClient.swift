package import EventLoop

/// A Redis server for any number of tasks, over one shared connection that comes back by itself.
///
/// Connects at the first request. When the connection is lost it connects again at once, and requests wait for that one
/// attempt; when it fails, requests are refused without delay until a later attempt, made with back-off, succeeds.
/// Requests that were under way get an error that says whether they may have been carried out; none is repeated.
///
/// ``close()`` is the graceful end: it waits for the requests under way.
package actor RedisClient: RedisCommands {
    package struct Options: Sendable {
        package var connection = RedisConnection.Options()
        /// Waits between attempts to connect.
        package var backoff = ReconnectBackoff()
        /// A connection that was lost sooner counts as a failed attempt.
        ///
        /// Default 1 second.
        package var stableAfter: Duration = .seconds(1)

        package init() {}
    }

    /// How the client stands with its server.
    package enum Status: Hashable, Sendable {
        case idle
        case connecting
        case ready
        /// Requests are refused; the reason of the last failure.
        case away(RedisError)
        case closed
    }

    package nonisolated let url: RedisURL
    package nonisolated let reactor: Reactor
    package nonisolated let options: Options
    private let resolver: HostResolver
    private var state: LinkState
    private var connection: RedisConnection?
    private var readySince = ContinuousClock.now
    private var lastFailure: RedisError?
    private var timer: Reactor.TimerID?
    private var generator = SystemRandomNumberGenerator()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// Prepares a client; nothing is connected before the first request.
    package init(url: RedisURL, reactor: Reactor, resolver: HostResolver, options: Options = Options()) {
        self.url = url
        self.reactor = reactor
        self.resolver = resolver
        self.options = options
        state = LinkState(backoff: options.backoff, stableAfter: options.stableAfter)
    }

    isolated deinit {
        if let timer { reactor.cancel(timer) }
    }

    package var status: Status {
        switch state.phase {
        case .idle: .idle
        case .ready: .ready
        case .closed: .closed
        case .connecting(mayWait: true): .connecting
        case .connecting(mayWait: false), .backingOff:
            lastFailure.map { .away($0) } ?? .connecting
        }
    }

    package nonisolated func pipeline(
        _ commands: [RedisCommand],
        timeout: Duration?
    ) async throws(RedisError) -> [RedisValue] {
        try await RedisRequest.perform(commands, timeout: timeout, on: reactor) { request in
            self.assumeIsolated { $0.submit(request) }
        }
    }

    private func submit(_ request: RedisRequest) {
        let admission = state.admit()
        if admission == .connectAndWait { connect() }
        switch admission {
        case .send, .wait, .connectAndWait:
            guard let connection else { fallthrough }
            connection.assumeIsolated { $0.submit(request) }
        case .refuse:
            request.answer(.failure(.unavailable(url.endpoint, lastFailure: lastFailure)))
        case .refuseClosed: request.answer(.failure(.closed(url.endpoint)))
        }
    }

    /// Refuses new requests, waits for those under way, each at most for its time-out, and disconnects.
    package func close() async {
        state.close()
        if let timer { reactor.cancel(timer) }
        timer = nil
        await connection?.close()
        connection = nil
    }

    private func connect() {
        let connection = RedisConnection(
            url: url,
            reactor: reactor,
            resolver: resolver,
            options: options.connection
        )
        self.connection = connection
        // Both actors run on the reactor: this is a plain call, and what it reports comes on the reactor as well.
        connection.assumeIsolated { connection in
            connection.start { [weak self] failure in
                self?.assumeIsolated { $0.connectionChanged(failure) }
            }
        }
    }

    private func connectionChanged(_ failure: RedisError?) {
        guard let failure else {
            state.connected()
            readySince = .now
            lastFailure = nil
            return
        }
        lastFailure = failure
        connection = nil
        let action =
            switch state.phase {
            case .ready: state.lost(after: readySince.duration(to: .now), using: &generator)
            default: state.connectFailed(using: &generator)
            }
        perform(action)
    }

    private func perform(_ action: LinkState.Action) {
        switch action {
        case .none: break
        case .connect: connect()
        case .retry(let delay):
            timer = reactor.schedule(after: delay) { [weak self] in
                self?.assumeIsolated { client in
                    client.timer = nil
                    client.perform(client.state.waitIsOver())
                }
            }
        }
    }
}
