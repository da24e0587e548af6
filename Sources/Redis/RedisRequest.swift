import EventLoop

/// A request on its way from its caller's task to the reactor, and its answer on the way back.
///
/// The caller's task is not moved to the reactor: it posts the request and sleeps until the answer wakes it where it
/// runs. That is one wake-up each way, however many actors the request passes on the reactor.
final class RedisRequest: @unchecked Sendable {
    // Invariant that makes the unchecked conformance right: the constants apart, members are only touched on the
    // reactor's thread, but for the continuation, which is set before the request is posted there.

    typealias Answer = Result<[RedisValue], RedisError>

    /// For messages.
    let name: String
    let encoded: [UInt8]
    let replyCount: Int
    /// Nil for the one in the connection's options.
    let timeout: Duration?
    /// Whether the caller left before a connection had the request.
    private(set) var isCancelled = false
    /// Makes the connection that has the request give it up.
    var abandon: (() -> Void)?
    private var continuation: CheckedContinuation<Answer, Never>?

    private init(_ commands: [RedisCommand], timeout: Duration?) {
        name = commands.first?.name ?? ""
        encoded = commands.count == 1 ? commands[0].encoded : commands.flatMap(\.encoded)
        replyCount = commands.count
        self.timeout = timeout
    }

    /// Ends the wait of the caller; only the first answer counts.
    func answer(_ answer: Answer) {
        abandon = nil
        continuation.take()?.resume(returning: answer)
    }

    private func cancel() {
        isCancelled = true
        abandon?()
    }

    /// Sends commands and waits for the answer.
    ///
    /// - Parameters:
    ///   - commands: what to send.
    ///   - timeout: nil for the one in the connection's options.
    ///   - reactor: where the connection lives.
    ///   - submit: called on the reactor; has to answer the request, at once or later.
    /// - Returns: the replies, error replies among them.
    /// - Throws: `RedisError` when there are no replies.
    static func perform(
        _ commands: [RedisCommand],
        timeout: Duration?,
        on reactor: Reactor,
        _ submit: @escaping @Sendable (RedisRequest) -> Void
    ) async throws(RedisError) -> [RedisValue] {
        guard let first = commands.first else { return [] }
        if Task.isCancelled { throw .cancelled(first.name, isWritten: false) }
        let request = RedisRequest(commands, timeout: timeout)
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                request.continuation = continuation
                reactor.execute { submit(request) }
            }
        } onCancel: {
            // May come before the request: then it finds the mark.
            reactor.execute { request.cancel() }
        }
        return try answer.get()
    }
}
