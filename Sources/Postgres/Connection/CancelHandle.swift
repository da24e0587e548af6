import CLibPQ

/// What is needed to cancel a request of one connection from another thread, also after the connection is gone.
final class CancelHandle: @unchecked Sendable {
    // Invariant that makes the unchecked conformance right: libpq documents `PQcancel` as safe from any thread, and the
    // handle is freed only with this object.
    private let handle: OpaquePointer

    init?(_ connection: OpaquePointer) {
        guard let handle = PQgetCancel(connection) else { return nil }
        self.handle = handle
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// Asks the server to cancel what the connection executes; blocks until the server has passed the signal on.
    func cancel() {
        var message = [CChar](repeating: 0, count: 256)
        // A failure shows by the request not ending; the grace time deals with that.
        _ = PQcancel(handle, &message, Int32(message.count))
    }
}
