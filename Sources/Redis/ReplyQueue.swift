/// Requests of one connection from the moment they are accepted until their replies have come, in the server's order.
///
/// Pure: it decides who gets which reply, what may be written next and what is known about a request that is cut off.
/// A request passes through these stages:
///
/// - *queued*: accepted, none of it given to the socket. It can be withdrawn without a trace.
/// - *taken*: its bytes were given out for writing. From here on it keeps its place until its replies have come, also
///   when nobody waits for them any more; they are then dropped.
struct ReplyQueue<Waiter> {
    /// A request's number, unique within its connection.
    struct ID: Hashable, Sendable {
        fileprivate let rawValue: UInt64
    }

    /// A request that ended without its replies.
    struct CutOff {
        let waiter: Waiter
        let command: String
        /// Time-out the request was given.
        let limit: Duration
        /// Whether the server may have it completely.
        let isWritten: Bool
    }

    /// What a reply means.
    enum Delivery {
        /// The last reply of a request.
        case deliver(Waiter, [RedisValue])
        /// One of several replies, or the reply of a request nobody waits for.
        case nothing
        /// No request is open: the stream cannot be trusted any more.
        case unexpected
    }

    private struct Entry {
        let command: String
        let deadline: ContinuousClock.Instant
        let limit: Duration
        /// Replies still to come.
        var missing: Int
        /// Replies of a request with several commands that have come.
        var replies: [RedisValue] = []
        /// Nil when nobody waits any more.
        var waiter: Waiter?
        /// Empty once taken for writing or withdrawn.
        var encoded: [UInt8]
        /// Position in the outgoing stream behind the request; nil while it is queued.
        var end: UInt64?
        /// Withdrawn before it was taken: no reply will come.
        var isWithdrawn = false
    }

    private var entries = Ring<Entry>()
    private var firstID: UInt64 = 0
    /// Number of entries at the head that were taken for writing or withdrawn.
    private var takenCount = 0
    /// Number of entries that were withdrawn and are still in their place.
    private var withdrawnCount = 0
    private var takenBytes: UInt64 = 0
    private var writtenBytes: UInt64 = 0
    /// Size of what is queued.
    private(set) var queuedBytes = 0

    /// Requests somebody waits for.
    private(set) var waitingCount = 0

    /// Requests whose replies have not all come, with those nobody waits for.
    var count: Int { entries.count }

    /// Bytes that were accepted and not yet given to the kernel.
    var unwrittenBytes: Int { queuedBytes + Int(takenBytes - writtenBytes) }

    var hasQueued: Bool { queuedBytes > 0 }

    /// Adds a request behind all others.
    ///
    /// - Parameters:
    ///   - command: name for messages.
    ///   - encoded: what goes over the wire; not empty.
    ///   - replyCount: number of replies it causes, at least 1.
    ///   - deadline: when ``expire(at:)`` gives it up.
    ///   - limit: the time-out behind the deadline, for messages.
    ///   - waiter: who gets the replies.
    /// - Returns: the request's number.
    @discardableResult
    mutating func append(
        _ command: String,
        encoded: [UInt8],
        replyCount: Int,
        deadline: ContinuousClock.Instant,
        limit: Duration,
        waiter: Waiter
    ) -> ID {
        let id = ID(rawValue: firstID + UInt64(entries.count))
        queuedBytes += encoded.count
        waitingCount += 1
        entries.append(
            Entry(
                command: command,
                deadline: deadline,
                limit: limit,
                missing: replyCount,
                waiter: waiter,
                encoded: encoded
            )
        )
        return id
    }

    /// Moves queued requests into the buffer until it holds at least that many bytes or none are left.
    mutating func takeForWriting(into buffer: inout [UInt8], atLeast sizeInBytes: Int) {
        while takenCount < entries.count, buffer.count < sizeInBytes {
            let bytes = entries.update(takenCount) { entry -> [UInt8] in
                guard !entry.isWithdrawn else { return [] }
                let bytes = entry.encoded
                entry.encoded = []
                entry.end = takenBytes + UInt64(bytes.count)
                return bytes
            }
            takenCount += 1
            guard let bytes, !bytes.isEmpty else { continue }
            takenBytes += UInt64(bytes.count)
            queuedBytes -= bytes.count
            // A large request alone in the buffer is handed over without a copy.
            if buffer.isEmpty, bytes.count >= sizeInBytes { buffer = bytes } else { buffer.append(contentsOf: bytes) }
        }
        dropWithdrawnHead()
    }

    /// Notes that the kernel accepted that many bytes of what was taken.
    mutating func recordWritten(_ sizeInBytes: Int) {
        writtenBytes += UInt64(sizeInBytes)
    }

    /// Assigns the next reply of the stream.
    mutating func receive(_ reply: RedisValue) -> Delivery {
        dropWithdrawnHead()
        guard let isLast = takeReply(reply) else { return .unexpected }
        guard isLast, let entry = popHead() else { return .nothing }
        guard let waiter = entry.waiter else { return .nothing }
        waitingCount -= 1
        return .deliver(waiter, entry.replies)
    }

    /// Gives up a request: its waiter leaves, its place stays until its replies have come.
    ///
    /// - Returns: nil when it is over or was given up already.
    mutating func abandon(_ id: ID) -> CutOff? {
        guard id.rawValue >= firstID else { return nil }
        return abandon(at: Int(id.rawValue - firstID))
    }

    /// Gives up every request whose deadline has passed.
    ///
    /// - Returns: the requests and the earliest deadline of those that are left.
    mutating func expire(at now: ContinuousClock.Instant) -> (expired: [CutOff], next: ContinuousClock.Instant?) {
        var expired: [CutOff] = []
        var next: ContinuousClock.Instant?
        for position in 0..<entries.count {
            guard let entry = entries[position], entry.waiter != nil else { continue }
            if entry.deadline <= now {
                if let cutOff = abandon(at: position) { expired.append(cutOff) }
            } else {
                next = min(next ?? entry.deadline, entry.deadline)
            }
        }
        return (expired, next)
    }

    /// Ends everything because the connection ended; the queue must not be used afterwards.
    mutating func drain() -> [CutOff] {
        var cutOff: [CutOff] = []
        while let entry = entries.popFirst() {
            guard let waiter = entry.waiter else { continue }
            // A request of which only a part reached the kernel cannot have been carried out.
            let isWritten = entry.end.map { $0 <= writtenBytes } ?? false
            cutOff.append(CutOff(waiter: waiter, command: entry.command, limit: entry.limit, isWritten: isWritten))
        }
        takenCount = 0
        queuedBytes = 0
        waitingCount = 0
        return cutOff
    }

    private mutating func abandon(at position: Int) -> CutOff? {
        let cutOff = entries.update(position) { entry -> (CutOff, Int)? in
            guard let waiter = entry.waiter.take() else { return nil }
            let isTaken = entry.end != nil
            let released = entry.encoded.count
            // What was taken will reach the server even if it is still in our buffer: its outcome is not known.
            let cutOff = CutOff(waiter: waiter, command: entry.command, limit: entry.limit, isWritten: isTaken)
            entry.replies = []
            entry.encoded = []
            entry.isWithdrawn = !isTaken
            return (cutOff, released)
        }
        guard case .some(.some((let result, let released))) = cutOff else { return nil }
        queuedBytes -= released
        waitingCount -= 1
        if !result.isWritten { withdrawnCount += 1 }
        return result
    }

    /// Counts the reply for the request at the head; nil when that has not been taken or there is none.
    private mutating func takeReply(_ reply: RedisValue) -> Bool? {
        guard takenCount > 0 else { return nil }
        return entries.update(0) { entry in
            entry.missing -= 1
            if entry.waiter != nil { entry.replies.append(reply) }
            return entry.missing == 0
        }
    }

    private mutating func dropWithdrawnHead() {
        // Counted, because looking at an entry copies it and this is asked for every reply.
        while withdrawnCount > 0, takenCount > 0, entries.first?.isWithdrawn == true {
            withdrawnCount -= 1
            popHead()
        }
    }

    @discardableResult
    private mutating func popHead() -> Entry? {
        guard let entry = entries.popFirst() else { return nil }
        firstID += 1
        takenCount -= 1
        return entry
    }
}
