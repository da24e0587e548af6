package import EventLoop

/// One connection to a Redis server, shared by any number of tasks.
///
/// Requests of all tasks are written together at the end of the reactor's turn and answered in order. Use one of your
/// own for `MULTI` with `WATCH` and for commands that block, else a ``RedisClient``.
///
/// Cancelling a request, or its time-out, ends the wait but not the command: when it was written, its place in the
/// order is kept and its late reply is dropped. ``close()`` is the graceful end, ``cut(_:)`` the immediate one; without
/// either the connection ends with its last reference.
package actor RedisConnection {
    enum Waiter {
        case caller(RedisRequest)
        case healthCheck
    }

    private enum Phase {
        /// Made and not opened. Goes to `opening` or `ended`.
        case new
        /// Requests are accepted and wait. Goes to `open` or `ended`.
        case opening
        case open
        case ended(RedisError)
    }

    package nonisolated let url: RedisURL
    nonisolated let reactor: Reactor
    nonisolated let options: Options
    private let resolver: HostResolver
    private var phase = Phase.new
    private var link: RedisLink?
    private var queue = ReplyQueue<Waiter>()
    private var isClosing = false
    private var openWaiters: [CheckedContinuation<RedisError?, Never>] = []
    private var closeWaiters: [CheckedContinuation<Void, Never>] = []
    private var expiry: (timer: Reactor.TimerID, deadline: ContinuousClock.Instant)?
    private var healthTimer: Reactor.TimerID?
    private var lastReceived = ContinuousClock.now
    private var isHealthCheckOut = false
    /// Told about the phase on the reactor: nil when it opened, the reason when it ended.
    private var observer: (@Sendable (RedisError?) -> Void)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// Prepares a connection; ``open()`` or the first request starts it.
    package init(
        url: RedisURL,
        reactor: Reactor,
        resolver: HostResolver,
        options: Options = Options()
    ) {
        self.url = url
        self.reactor = reactor
        self.resolver = resolver
        self.options = options
    }

    isolated deinit {
        link?.close()
        if let expiry { reactor.cancel(expiry.timer) }
        if let healthTimer { reactor.cancel(healthTimer) }
    }

    // MARK: Life

    /// Connects, and returns when the server has accepted the log-in.
    package func open() async throws(RedisError) {
        start()
        let failure = await withCheckedContinuation { (waiter: CheckedContinuation<RedisError?, Never>) in
            switch phase {
            case .new, .opening: openWaiters.append(waiter)
            case .open: waiter.resume(returning: nil)
            case .ended(let error): waiter.resume(returning: error)
            }
        }
        if let failure { throw failure }
    }

    /// Waits until every request has its reply or its time-out, then ends the connection; new requests are refused.
    package func close() async {
        isClosing = true
        await withCheckedContinuation { waiter in
            closeWaiters.append(waiter)
            releaseClosers()
        }
        cut(.closed(url.endpoint))
    }

    /// Ends the connection now; who waits gets the error.
    func cut(_ error: RedisError) {
        if case .ended = phase { return }
        phase = .ended(error)
        link?.close()
        link = nil
        if let expiry { reactor.cancel(expiry.timer) }
        if let healthTimer { reactor.cancel(healthTimer) }
        (expiry, healthTimer) = (nil, nil)
        for cutOff in queue.drain() {
            answer(cutOff.waiter, .failure(error.with(command: cutOff.command, isWritten: cutOff.isWritten)))
        }
        for waiter in openWaiters { waiter.resume(returning: error) }
        openWaiters = []
        releaseClosers()
        observer?(error)
        observer = nil
    }

    /// Starts to connect, if that was not done; the observer hears on the reactor what comes of it.
    func start(observer: (@Sendable (RedisError?) -> Void)? = nil) {
        guard case .new = phase else { return }
        phase = .opening
        self.observer = observer
        let link = RedisLink(
            url: url,
            reactor: reactor,
            resolver: resolver,
            options: options,
            handlers: RedisLink.Handlers(
                opened: { [weak self] in self?.assumeIsolated { $0.opened() } },
                received: { [weak self] replies in self?.assumeIsolated { $0.received(replies) } },
                ended: { [weak self] error in self?.assumeIsolated { $0.cut(error) } },
                nextOutput: { [weak self] in self?.assumeIsolated { $0.nextOutput() } ?? [] },
                wrote: { [weak self] count in self?.assumeIsolated { $0.queue.recordWritten(count) } }
            )
        )
        self.link = link
        link.open()
    }

    private func opened() {
        guard case .opening = phase else { return }
        phase = .open
        lastReceived = .now
        scheduleHealthCheck()
        for waiter in openWaiters { waiter.resume(returning: nil) }
        openWaiters = []
        observer?(nil)
        if queue.hasQueued { link?.requestFlush() }
    }

    // MARK: Requests

    /// Accepts the request, or answers it with the reason why not.
    func submit(_ request: RedisRequest) {
        start()
        if let refusal = request.isCancelled
            ? .cancelled(request.name, isWritten: false) : refusal(request.name, request.encoded.count)
        {
            return request.answer(.failure(refusal))
        }
        let limit = request.timeout ?? options.commandTimeout
        let deadline = ContinuousClock.now.advanced(by: limit)
        let id = queue.append(
            request.name,
            encoded: request.encoded,
            replyCount: request.replyCount,
            deadline: deadline,
            limit: limit,
            waiter: .caller(request)
        )
        request.abandon = { [weak self] in self?.assumeIsolated { $0.cancel(id) } }
        expire(atLatest: deadline)
        link?.requestFlush()
    }

    private func refusal(_ name: String, _ sizeInBytes: Int) -> RedisError? {
        if case .ended(let error) = phase { return error.with(command: name, isWritten: false) }
        if isClosing { return .closed(url.endpoint) }
        guard sizeInBytes <= options.requestLimitInBytes else {
            return .requestTooLarge(name, bytes: sizeInBytes, limit: options.requestLimitInBytes)
        }
        let unwritten = queue.unwrittenBytes
        guard queue.count < options.pendingLimit,
            unwritten == 0 || unwritten + sizeInBytes <= options.pendingLimitInBytes
        else { return .queueFull(name, requests: queue.count, bytes: unwritten) }
        return nil
    }

    private func cancel(_ id: ReplyQueue<Waiter>.ID) {
        guard let cutOff = queue.abandon(id) else { return }
        answer(cutOff.waiter, .failure(.cancelled(cutOff.command, isWritten: cutOff.isWritten)))
        releaseClosers()
    }

    private func nextOutput() -> [UInt8] {
        var output: [UInt8] = []
        queue.takeForWriting(into: &output, atLeast: 64 << 10)
        return output
    }

    private func received(_ replies: [RedisValue]) {
        lastReceived = .now
        for reply in replies {
            switch queue.receive(reply) {
            case .deliver(let waiter, let values): answer(waiter, .success(values))
            case .nothing: break
            case .unexpected: return cut(.protocolViolation(url.endpoint, why: "nobody asked for it"))
            }
        }
        releaseClosers()
    }

    private func answer(_ waiter: Waiter, _ answer: RedisRequest.Answer) {
        switch waiter {
        case .caller(let request): request.answer(answer)
        case .healthCheck: isHealthCheckOut = false
        }
    }

    private func releaseClosers() {
        guard !closeWaiters.isEmpty, queue.waitingCount == 0 else { return }
        for waiter in closeWaiters { waiter.resume() }
        closeWaiters = []
    }

    // MARK: Time

    /// Sees to it that ``expire()`` runs at the deadline; one timer serves all requests.
    private func expire(atLatest deadline: ContinuousClock.Instant) {
        if let expiry {
            guard deadline < expiry.deadline else { return }
            reactor.cancel(expiry.timer)
        }
        let timer = reactor.schedule(after: ContinuousClock.now.duration(to: deadline)) { [weak self] in
            self?.assumeIsolated { $0.expire() }
        }
        expiry = (timer, deadline)
    }

    private func expire() {
        expiry = nil
        let (expired, next) = queue.expire(at: .now)
        for cutOff in expired {
            if case .healthCheck = cutOff.waiter, isSilent(for: options.healthCheckTimeout) {
                return cut(.connectionLost(url.endpoint, why: "the server gave no sign of life within \(cutOff.limit)"))
            }
            let error = RedisError.timedOut(cutOff.command, after: cutOff.limit, isWritten: cutOff.isWritten)
            answer(cutOff.waiter, .failure(error))
        }
        if let next { expire(atLatest: next) }
        releaseClosers()
    }

    private func isSilent(for time: Duration) -> Bool { lastReceived.duration(to: .now) >= time }

    private func scheduleHealthCheck() {
        healthTimer = reactor.schedule(after: options.healthCheckInterval) { [weak self] in
            self?.assumeIsolated { $0.checkHealth() }
        }
    }

    private func checkHealth() {
        guard case .open = phase else { return }
        scheduleHealthCheck()
        guard !isHealthCheckOut, isSilent(for: options.healthCheckInterval) else { return }
        isHealthCheckOut = true
        let deadline = ContinuousClock.now.advanced(by: options.healthCheckTimeout)
        queue.append(
            "PING",
            encoded: RedisCommand("PING").encoded,
            replyCount: 1,
            deadline: deadline,
            limit: options.healthCheckTimeout,
            waiter: .healthCheck
        )
        expire(atLatest: deadline)
        link?.requestFlush()
    }
}
