/// Whether this process hears of all invalidations, and what to do about each thing it hears.
///
/// Every process numbers its messages and sends signs of life, so a missing message shows at the next one. A process
/// that does not hear its own signs of life is deaf.
package struct CacheBusState: Sendable {
    package enum Action: Hashable, Sendable {
        /// Forget what the selector names.
        case forget(CacheSelector)
        /// Forget everything: something may have been missed.
        case flush
        /// Values are cached for a few seconds only from now on.
        case becomeDeaf
        /// Values are cached as long as they like again.
        case becomeHearing
    }

    private let origin: String
    private let silenceLimit: Int64
    private let originLimit: Int
    private var lastSequences: [String: (sequence: Int64, at: Int64)] = [:]
    private var lastHeardAt: Int64?
    package private(set) var isDeaf = true

    /// - Parameters:
    ///   - origin: this process.
    ///   - silenceLimit: without hearing itself for so long a process is deaf, in microseconds.
    ///   - originLimit: other processes remembered; the one silent for longest is forgotten.
    package init(origin: String, silenceLimit: Int64, originLimit: Int = 1_000) {
        self.origin = origin
        self.silenceLimit = silenceLimit
        self.originLimit = max(1, originLimit)
    }

    /// A message came.
    package mutating func hear(_ message: CacheBusMessage?, at now: Int64) -> [Action] {
        guard let message else { return [.flush] }
        if message.origin == origin { return hearMyself(at: now) }
        let known = lastSequences[message.origin]
        if known == nil, lastSequences.count >= originLimit,
            let quietest = lastSequences.min(by: { $0.value.at < $1.value.at })
        {
            lastSequences[quietest.key] = nil
        }
        lastSequences[message.origin] = (message.sequence, now)
        // Of a process not heard before nothing can have been missed that matters: this cache held nothing of then, or
        // was flushed when it began to hear.
        let isNext = known.map { message.sequence == $0.sequence + 1 } ?? true
        if !isNext { return [.flush] }
        return message.selector.map { [.forget($0)] } ?? []
    }

    /// The carrier says that messages may be missing.
    package mutating func hearGap() -> [Action] { [.flush] }

    /// Time passed, or the carrier failed.
    package mutating func check(at now: Int64, hasFailed: Bool = false) -> [Action] {
        let isSilent = lastHeardAt.map { now - $0 > silenceLimit } ?? false
        guard !isDeaf, hasFailed || isSilent else { return [] }
        isDeaf = true
        lastHeardAt = nil
        return [.becomeDeaf]
    }

    private mutating func hearMyself(at now: Int64) -> [Action] {
        lastHeardAt = now
        guard isDeaf else { return [] }
        isDeaf = false
        // While deaf anything may have been missed.
        return [.flush, .becomeHearing]
    }
}
