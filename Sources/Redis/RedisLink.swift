import EventLoop

/// A connection from the look-up of the server's name to the log-in, on the reactor's thread only.
///
/// It is opened once and ends once; its owner makes a new one to connect again.
final class RedisLink: @unchecked Sendable {
    // Invariant that makes the unchecked conformance right: every member is only touched on the reactor's thread. The
    // look-up of a name hands the link to another thread, which only gives it back to the reactor.

    /// The owner's side; see ``RedisTransport/Handlers``.
    struct Handlers {
        /// Logged in: output is taken from now on.
        var opened: () -> Void
        var received: ([RedisValue]) -> Void
        var ended: (RedisError) -> Void
        var nextOutput: () -> [UInt8]
        var wrote: (Int) -> Void
    }

    private enum Phase {
        /// Goes to `connecting` or `ended`.
        case resolving
        /// Tries one address after the other. Goes to `loggingIn` or `ended`.
        case connecting
        /// Waits for the replies to the log-in. Goes to `open` or `ended`.
        case loggingIn
        case open
        case ended
    }

    private let url: RedisURL
    private let reactor: Reactor
    private let resolver: HostResolver
    private let options: RedisConnection.Options
    private let handlers: Handlers
    private var phase = Phase.resolving
    private var transport: RedisTransport?
    private var addresses: [RedisEndpoint] = []
    private var lastFailure: RedisError?
    private var timer: Reactor.TimerID?
    private var logIn: LogIn

    init(
        url: RedisURL,
        reactor: Reactor,
        resolver: HostResolver,
        options: RedisConnection.Options,
        handlers: Handlers
    ) {
        self.url = url
        self.reactor = reactor
        self.resolver = resolver
        self.options = options
        self.handlers = handlers
        logIn = LogIn(url: url, clientName: options.clientName)
    }

    /// Starts to connect; `opened` or `ended` is called later, not from here.
    func open() {
        timer = reactor.schedule(after: options.connectTimeout) { [weak self] in
            guard let self else { return }
            end(.connectTimedOut(url.endpoint, after: options.connectTimeout))
        }
        switch url.endpoint {
        case .unix: start([url.endpoint])
        case .tcp(let host, let port): resolve(host, port)
        }
    }

    /// Writes what the owner has, at the end of the reactor's turn.
    func requestFlush() {
        if phase == .open { transport?.requestFlush() }
    }

    /// Ends the connection; no handler is called any more.
    func close() {
        phase = .ended
        if let timer { reactor.cancel(timer) }
        timer = nil
        transport?.close()
        transport = nil
    }

    private func end(_ error: RedisError) {
        guard phase != .ended else { return }
        close()
        handlers.ended(error)
    }

    // MARK: Connecting

    private func resolve(_ host: String, _ port: Int) {
        let (reactor, resolver) = (reactor, resolver)
        // A look-up cannot be interrupted and may outlive the attempt: then its answer finds the link ended.
        Task {
            let result: Result<[String], any Error>
            do {
                result = .success(try await resolver.addresses(of: host))
            } catch {
                result = .failure(error)
            }
            reactor.execute { self.resolved(result, port) }
        }
    }

    private func resolved(_ result: Result<[String], any Error>, _ port: Int) {
        guard phase == .resolving else { return }
        switch result {
        case .success(let hosts): start(hosts.map { .tcp(host: $0, port: port) })
        case .failure(let error):
            end(.connectFailed(url.endpoint, why: (error as? EventLoopError)?.message ?? "its name does not resolve"))
        }
    }

    private func start(_ endpoints: [RedisEndpoint]) {
        phase = .connecting
        addresses = endpoints.reversed()
        // From the next turn on: the owner must not be called back while it calls.
        reactor.execute { self.tryNextAddress() }
    }

    private func tryNextAddress() {
        while phase == .connecting {
            guard let address = addresses.popLast() else {
                return end(lastFailure ?? .connectFailed(url.endpoint, why: "it has no address"))
            }
            do {
                transport = try RedisTransport(
                    connectingTo: address,
                    reactor: reactor,
                    replyLimitInBytes: options.replyLimitInBytes,
                    handlers: transportHandlers()
                )
                return
            } catch {
                lastFailure = error
            }
        }
    }

    private func transportHandlers() -> RedisTransport.Handlers {
        RedisTransport.Handlers(
            connected: { [weak self] in self?.connected() },
            received: { [weak self] in self?.received($0) },
            ended: { [weak self] in self?.transportEnded($0) },
            nextOutput: { [weak self] in self?.nextOutput() ?? [] },
            wrote: { [weak self] in self?.wrote($0) }
        )
    }

    private func transportEnded(_ error: RedisError) {
        transport = nil
        guard phase == .connecting else { return end(error) }
        lastFailure = error
        tryNextAddress()
    }

    // MARK: Log-in

    private func connected() {
        phase = .loggingIn
        transport?.requestFlush()
    }

    private func nextOutput() -> [UInt8] {
        switch phase {
        case .loggingIn: logIn.takeOutput()
        case .open: handlers.nextOutput()
        default: []
        }
    }

    private func wrote(_ count: Int) {
        if phase == .open { handlers.wrote(count) }
    }

    private func received(_ replies: [RedisValue]) {
        if phase == .open { return handlers.received(replies) }
        for reply in replies {
            switch logIn.receive(reply) {
            case .more: break
            case .refused(let step, let text):
                return end(.handshakeRefused(url.endpoint, step: step, reply: text))
            case .done:
                phase = .open
                if let timer { reactor.cancel(timer) }
                timer = nil
                handlers.opened()
            }
        }
    }
}
