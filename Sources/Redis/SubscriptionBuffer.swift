/// Messages on their way to one reader, bounded; the oldest are dropped first and their absence is told.
///
/// Pure. Whatever was dropped lies before everything kept, so one gap at the head tells it all.
struct SubscriptionBuffer {
    private enum Element {
        case message(channel: [UInt8], payload: [UInt8])
        case reconnected

        var sizeInBytes: Int {
            if case .message(let channel, let payload) = self { channel.count + payload.count } else { 0 }
        }
    }

    private var elements = Ring<Element>()
    private var sizeInBytes = 0
    private var lostCount = 0
    private var hasLostReconnect = false
    private let countLimit: Int
    private let sizeLimitInBytes: Int

    /// - Parameters:
    ///   - countLimit: most elements kept, at least 1.
    ///   - sizeLimitInBytes: most bytes of channels and payloads kept; a single larger message is kept alone.
    init(countLimit: Int, sizeLimitInBytes: Int) {
        self.countLimit = max(1, countLimit)
        self.sizeLimitInBytes = sizeLimitInBytes
    }

    /// Number of messages dropped since the reader was last told.
    var droppedCount: Int { lostCount }

    mutating func append(channel: [UInt8], payload: [UInt8]) {
        append(.message(channel: channel, payload: payload))
    }

    mutating func appendReconnect() {
        append(.reconnected)
    }

    /// The next thing to tell the reader.
    mutating func next() -> RedisMessage? {
        if let gap = takeGap() { return .gap(gap) }
        guard let element = elements.popFirst() else { return nil }
        sizeInBytes -= element.sizeInBytes
        switch element {
        case .message(let channel, let payload): return .message(channel: channel, payload: payload)
        case .reconnected: return .gap(.reconnected)
        }
    }

    private mutating func append(_ element: Element) {
        let size = element.sizeInBytes
        while elements.count >= countLimit || (sizeInBytes + size > sizeLimitInBytes && !elements.isEmpty) {
            dropFirst()
        }
        elements.append(element)
        sizeInBytes += size
    }

    private mutating func dropFirst() {
        guard let element = elements.popFirst() else { return }
        sizeInBytes -= element.sizeInBytes
        switch element {
        case .message: lostCount += 1
        case .reconnected: hasLostReconnect = true
        }
    }

    private mutating func takeGap() -> RedisMessage.Gap? {
        let gap: RedisMessage.Gap? =
            switch (lostCount, hasLostReconnect) {
            case (0, false): nil
            case (0, true): .reconnected
            case (let lost, false): .overflow(lost: lost)
            case (let lost, true): .overflowAndReconnected(lost: lost)
            }
        lostCount = 0
        hasLostReconnect = false
        return gap
    }
}
