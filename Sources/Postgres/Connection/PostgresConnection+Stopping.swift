import CLibPQ
import EventLoop
import Locking

extension PostgresConnection {
    /// Ends a request early, wherever it is; without effect when it has ended.
    ///
    /// A request that waits is taken out of the line. One that was sent is cancelled on the server; if it has not ended
    /// after the grace time, the connection is dropped, which frees the caller whatever the network does.
    func stop(_ id: UInt64, _ reason: PostgresRequest.Stop) {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            let request = waiting.remove(at: index)
            return finish(request, .failure(error(reason, request, isSent: false)))
        }
        guard let request = current, request.id == id, request.stop == nil else { return }
        request.stop = reason
        if let timer = request.timer { reactor.cancel(timer) }
        request.timer = reactor.schedule(after: options.cancelGrace) { [weak self] in
            self?.assumeIsolated { $0.dropStopped(id) }
        }
        // A commit is not undone by asking: it gets the grace time to answer, then its outcome is unknown.
        guard request.kind != .commit else { return }
        cancelOnServer(id)
    }

    /// Time after which a cancel that had no effect is sent again.
    private static let cancelInterval = Duration.milliseconds(250)

    /// Threads that wait until servers have passed a cancel on.
    ///
    /// Apart from those that look names up: a server that answers nobody any more must not delay the way to another.
    private static let cancelThreads: HelperThreads = {
        var options = HelperThreads.Options()
        (options.name, options.threadLimit) = ("cancel", 8)
        return HelperThreads(options: options)
    }()

    private func cancelOnServer(_ id: UInt64) {
        guard let cancelHandle else { return }
        cancelsUnderWay += 1
        let reactor = reactor
        // Its owner is the connection, which waits for it before it sends anything else; bounded by the grace time.
        Task {
            // Too many of them change nothing: the grace time ends the request.
            _ = try? await Self.cancelThreads.run { cancelHandle.cancel() }
            reactor.execute { self.assumeIsolated { $0.cancelIsDone(id) } }
        }
    }

    private func cancelIsDone(_ id: UInt64) {
        cancelsUnderWay -= 1
        startNext()
        // A cancel that reaches the server before the request does is forgotten there: it is sent until one takes effect.
        reactor.scheduleInBackground(after: Self.cancelInterval) { [weak self] in
            self?.assumeIsolated { connection in
                guard let request = connection.current, request.id == id, connection.cancelsUnderWay == 0 else {
                    return
                }
                connection.cancelOnServer(id)
            }
        }
    }

    private func dropStopped(_ id: UInt64) {
        guard let request = current, request.id == id, let reason = request.stop else { return }
        end(error(reason, request, isSent: true), isLost: true)
    }

    private func error(_ reason: PostgresRequest.Stop, _ request: PostgresRequest, isSent: Bool) -> PostgresError {
        switch reason {
        case .cancelled: .cancelled(request.label, isSent: isSent)
        case .timedOut: .timedOut(request.label, limit: request.timeout, isSent: isSent)
        }
    }

    /// Gives the connection up and fails what is under way and what waits.
    ///
    /// - Parameters:
    ///   - error: what the requests fail with unless they know better.
    ///   - isLost: whether somebody should hear of it.
    func end(_ error: PostgresError, isLost: Bool) {
        guard let connection else { return }
        self.connection = nil
        if descriptor >= 0 { reactor.unwatch(descriptor) }
        descriptor = -1
        PQfinish(connection)
        cancelHandle = nil
        loss = error.isOutcomeUnknown ? .connectionLost("\(url)", why: error.message, isSent: false) : error
        let wasOpen = status.withLock { status in
            defer { status = Status() }
            return status.isOpen
        }
        if let request = current {
            current = nil
            cancelTimer(request)
            request.resume(.failure(cutOff(request, error)))
        }
        let others = waiting
        waiting = []
        for request in others {
            cancelTimer(request)
            request.resume(.failure(loss ?? error))
        }
        if isLost, wasOpen { options.onEvent(.connectionLost(error)) }
        onClose?(isLost ? error : nil)
        onClose = nil
        onNotification = nil
    }

    private func cancelTimer(_ request: PostgresRequest) {
        if let timer = request.timer { reactor.cancel(timer) }
        request.timer = nil
    }

    private func cutOff(_ request: PostgresRequest, _ error: PostgresError) -> PostgresError {
        // The server's own last words say more than the broken socket.
        let cause = request.failure ?? error
        let isUnknown = request.failure.map(\.isOutcomeUnknown) ?? request.isSent
        if request.kind == .commit {
            return isUnknown ? .outcomeUnknown("\(url)", why: cause.message) : cause
        }
        return PostgresError(
            code: cause.code,
            message: cause.message,
            hint: cause.hint,
            sqlState: cause.sqlState,
            constraint: cause.constraint,
            isOutcomeUnknown: isUnknown
        )
    }
}
