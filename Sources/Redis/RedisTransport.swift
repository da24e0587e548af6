import EventLoop

/// Moves bytes between one socket and its owner, on the reactor's thread only.
///
/// Output is pulled: ``requestFlush()`` makes the transport ask for bytes at the end of the reactor's turn, so all
/// requests of a turn leave in as few system calls as possible.
final class RedisTransport {
    /// The owner's side; each is called on the reactor, and none after ``close()`` or `ended`.
    struct Handlers {
        var connected: () -> Void
        var received: ([RedisValue]) -> Void
        /// The connection attempt or the connection is over; called once.
        var ended: (RedisError) -> Void
        /// Gives bytes to write; empty when there are none.
        var nextOutput: () -> [UInt8]
        /// So many bytes were accepted by the kernel.
        var wrote: (Int) -> Void
    }

    private enum Phase {
        case connecting
        case connected
        case ended
    }

    private static let readSizeInBytes = 64 << 10
    /// Most bytes moved in each direction per turn, so that one connection cannot starve the others.
    private static let turnLimitInBytes = 1 << 20

    private let reactor: Reactor
    private let endpoint: RedisEndpoint
    private let handlers: Handlers
    private let socket: RedisSocket
    private let reader: ReplyReader
    private var phase = Phase.connecting
    private var watched: ReadyEvents = []
    private var isFlushScheduled = false
    private var output: [UInt8] = []
    private var outputOffset = 0
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: readSizeInBytes, alignment: 16)

    /// Starts the connection.
    ///
    /// - Parameters:
    ///   - endpoint: where to, with a numeric host.
    ///   - reactor: the reactor whose thread this runs on.
    ///   - replyLimitInBytes: the largest reply.
    ///   - handlers: the owner's side; nothing is called before this returns.
    /// - Throws: ``RedisError/Code/connectFailed`` when the attempt fails at once.
    init(
        connectingTo endpoint: RedisEndpoint,
        reactor: Reactor,
        replyLimitInBytes: Int,
        handlers: Handlers
    ) throws(RedisError) {
        self.reactor = reactor
        self.endpoint = endpoint
        self.handlers = handlers
        do {
            socket = try RedisSocket(connectingTo: endpoint)
        } catch {
            throw .connectFailed(endpoint, why: error.text)
        }
        guard let reader = ReplyReader(limitInBytes: replyLimitInBytes) else {
            throw .connectFailed(endpoint, why: "out of memory")
        }
        self.reader = reader
        watch([.writable])
    }

    deinit {
        // The owner has closed it: the reactor no longer holds a handler for the descriptor.
        buffer.deallocate()
    }

    /// Writes what the owner has, at the end of the reactor's turn.
    func requestFlush() {
        guard phase == .connected, !isFlushScheduled else { return }
        isFlushScheduled = true
        reactor.atEndOfTurn { [weak self] in
            self?.isFlushScheduled = false
            self?.flush()
        }
    }

    /// Ends the connection; the handlers are not called any more.
    func close() {
        guard phase != .ended else { return }
        phase = .ended
        reactor.unwatch(socket.descriptor)
    }

    private func end(_ error: RedisError) {
        guard phase != .ended else { return }
        close()
        handlers.ended(error)
    }

    private func watch(_ events: ReadyEvents) {
        guard events != watched, phase != .ended else { return }
        watched = events
        do {
            try reactor.watch(socket.descriptor, events) { [weak self] events in self?.ready(events) }
        } catch {
            // Not from here, the owner may be in the middle of a call: the end comes as an event of its own.
            reactor.atEndOfTurn { [weak self] in
                guard let self else { return }
                end(.connectFailed(endpoint, why: error.message))
            }
        }
    }

    private func ready(_ events: ReadyEvents) {
        switch phase {
        case .connecting: finishConnecting()
        case .connected:
            // A hang-up is found by reading, behind what the server sent before it.
            if !events.isDisjoint(with: [.readable, .hangUp, .failure]) { receive(isHangUp: events.contains(.hangUp)) }
            if events.contains(.writable), phase == .connected { flush() }
        case .ended: break
        }
    }

    private func finishConnecting() {
        let number = socket.connectionError
        guard number == 0 else {
            return end(.connectFailed(endpoint, why: RedisSocket.SystemError(errorNumber: number).text))
        }
        phase = .connected
        watch([.readable])
        handlers.connected()
    }

    // MARK: Output

    private func flush() {
        var moved = 0
        while phase == .connected, moved < Self.turnLimitInBytes {
            if outputOffset == output.count {
                output = handlers.nextOutput()
                outputOffset = 0
                guard !output.isEmpty else { return watch([.readable]) }
            }
            let outcome = output.withUnsafeBytes { socket.write(UnsafeRawBufferPointer(rebasing: $0[outputOffset...])) }
            switch outcome {
            case .done(let count):
                outputOffset += count
                moved += count
                handlers.wrote(count)
            case .wouldBlock: return watch([.readable, .writable])
            case .failed(let number):
                // The server may have said why before it closed: read that first.
                receive(isHangUp: false)
                return end(lost(number))
            case .ended: return
            }
        }
        watch([.readable, .writable])
    }

    // MARK: Input

    private func receive(isHangUp: Bool) {
        var moved = 0
        while phase == .connected, moved < Self.turnLimitInBytes {
            switch socket.read(into: buffer) {
            case .done(let count):
                moved += count
                deliver(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                // Less than asked for: nothing more is there, save another system call. Behind a hang-up is the end.
                if count < buffer.count, !isHangUp { return }
            case .wouldBlock:
                if isHangUp { end(.connectionLost(endpoint, why: "the server closed it")) }
                return
            case .ended: return end(.connectionLost(endpoint, why: "the server closed it"))
            case .failed(let number): return end(lost(number))
            }
        }
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        var replies: [RedisValue] = []
        var failure: RedisError?
        do {
            try reader.read(bytes, into: &replies)
        } catch {
            switch error {
            case .malformed(let why): failure = .protocolViolation(endpoint, why: why)
            case .tooLarge(let limit): failure = .protocolViolation(endpoint, why: "it has more than \(limit) bytes")
            }
        }
        if !replies.isEmpty { handlers.received(replies) }
        if let failure { end(failure) }
    }

    private func lost(_ number: Int32) -> RedisError {
        .connectionLost(endpoint, why: RedisSocket.SystemError(errorNumber: number).text)
    }
}
