/// Who listens to what over one connection, and what the server has confirmed.
///
/// Pure. Each name is one `SUBSCRIBE` or `PSUBSCRIBE`, and the server answers in order, so the commands on their way
/// form a queue that tells what an answer means. A name that is left and asked for again while answers are on their way
/// gets a new generation: an old confirmation must not count for it, messages in between were not sent to us.
struct SubscriptionTable {
    /// A listener's number, unique within its subscriber.
    struct ListenerID: Hashable, Sendable {
        fileprivate let rawValue: UInt64
    }

    enum Name: Hashable, Sendable {
        case channel([UInt8])
        /// A glob pattern.
        case pattern([UInt8])

        fileprivate var bytes: RedisArgument {
            switch self {
            case .channel(let bytes), .pattern(let bytes): .bytes(bytes)
            }
        }
    }

    /// What something from the server means.
    enum Event {
        case nothing
        case message(to: [ListenerID], channel: [UInt8], payload: [UInt8])
        /// The server sends a name's messages from here on.
        ///
        /// `new` have waited for it; `back` had it before the connection was lost.
        case confirmed(new: [ListenerID], back: [ListenerID])
        /// The server refused a name; `back` is as in `confirmed`.
        case refused(new: [ListenerID], back: [ListenerID], reply: String)
        /// Not a message and not an answer to anything: the stream cannot be trusted any more.
        case unexpected
    }

    private struct Entry {
        var generation: UInt64
        var isConfirmed = false
        var listeners: [ListenerID] = []
    }

    private struct Listener {
        let name: Name
        /// Whether it was ever told that it listens.
        var isEstablished = false
    }

    private enum Sent {
        case subscribe(Name, generation: UInt64)
        case unsubscribe
        case ping
    }

    private var entries: [Name: Entry] = [:]
    private var listeners: [ListenerID: Listener] = [:]
    private var sent = Ring<Sent>()
    private var lastNumber: UInt64 = 0
    private var isConnected = false
    /// What is to be sent, in the order of ``sent``.
    private var output: [UInt8] = []

    /// Number of listeners.
    var count: Int { listeners.count }

    var hasOutput: Bool { !output.isEmpty }

    /// Adds a listener; true when its name is confirmed already, so that it listens at once.
    mutating func add(_ name: Name) -> (id: ListenerID, isListening: Bool) {
        lastNumber += 1
        let id = ListenerID(rawValue: lastNumber)
        var entry = entries[name] ?? Entry(generation: lastNumber)
        if entry.listeners.isEmpty, isConnected { subscribe(name, generation: entry.generation) }
        entry.listeners.append(id)
        entries[name] = entry
        listeners[id] = Listener(name: name, isEstablished: entry.isConfirmed)
        return (id, entry.isConfirmed)
    }

    /// Removes a listener; false when it is unknown.
    @discardableResult
    mutating func remove(_ id: ListenerID) -> Bool {
        guard let listener = listeners.removeValue(forKey: id), var entry = entries[listener.name] else { return false }
        entry.listeners.removeAll { $0 == id }
        if entry.listeners.isEmpty {
            entries[listener.name] = nil
            if isConnected { unsubscribe(listener.name) }
        } else {
            entries[listener.name] = entry
        }
        return true
    }

    /// Asks for every name anew on a fresh connection.
    mutating func connected() {
        isConnected = true
        sent = Ring()
        output = []
        for (name, entry) in entries { subscribe(name, generation: entry.generation) }
    }

    mutating func disconnected() {
        isConnected = false
        sent = Ring()
        output = []
        for name in entries.keys { entries[name]?.isConfirmed = false }
    }

    /// Asks for a sign of life.
    mutating func ping() {
        sent.append(.ping)
        output += RedisCommand("PING").encoded
    }

    mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    mutating func receive(_ value: RedisValue) -> Event {
        switch value {
        case .failure(let reply): return refused(reply)
        case .status: return answer()
        case .array(let parts):
            guard case .bulk(let kind)? = parts.first else { return .unexpected }
            return receive(String(decoding: kind, as: UTF8.self), parts)
        default: return .unexpected
        }
    }

    private mutating func receive(_ kind: String, _ parts: [RedisValue]) -> Event {
        switch (kind, parts.count) {
        case ("message", 3):
            guard case .bulk(let channel) = parts[1], case .bulk(let payload) = parts[2] else { return .unexpected }
            return message(.channel(channel), channel, payload)
        case ("pmessage", 4):
            guard case .bulk(let pattern) = parts[1], case .bulk(let channel) = parts[2],
                case .bulk(let payload) = parts[3]
            else { return .unexpected }
            return message(.pattern(pattern), channel, payload)
        case ("subscribe", 3), ("psubscribe", 3), ("unsubscribe", 3), ("punsubscribe", 3), ("pong", 2): return answer()
        default: return .unexpected
        }
    }

    private func message(_ name: Name, _ channel: [UInt8], _ payload: [UInt8]) -> Event {
        // A name that was left may still have messages on their way, and its new listeners have not begun to listen.
        guard let entry = entries[name], entry.isConfirmed else { return .nothing }
        return .message(to: entry.listeners, channel: channel, payload: payload)
    }

    private mutating func answer() -> Event {
        guard let command = sent.popFirst() else { return .unexpected }
        guard case .subscribe(let name, let generation) = command, var entry = entries[name],
            entry.generation == generation
        else { return .nothing }
        entry.isConfirmed = true
        entries[name] = entry
        let (new, back) = split(entry.listeners)
        for id in new { listeners[id]?.isEstablished = true }
        return .confirmed(new: new, back: back)
    }

    private mutating func refused(_ reply: String) -> Event {
        guard let command = sent.popFirst() else { return .unexpected }
        guard case .subscribe(let name, let generation) = command, let entry = entries[name],
            entry.generation == generation
        else { return .nothing }
        let (new, back) = split(entry.listeners)
        return .refused(new: new, back: back, reply: reply)
    }

    private func split(_ ids: [ListenerID]) -> (new: [ListenerID], back: [ListenerID]) {
        (
            ids.filter { listeners[$0]?.isEstablished == false }, ids.filter { listeners[$0]?.isEstablished == true }
        )
    }

    private mutating func subscribe(_ name: Name, generation: UInt64) {
        sent.append(.subscribe(name, generation: generation))
        output += command("SUBSCRIBE", name)
    }

    private mutating func unsubscribe(_ name: Name) {
        sent.append(.unsubscribe)
        output += command("UNSUBSCRIBE", name)
    }

    private func command(_ verb: String, _ name: Name) -> [UInt8] {
        if case .pattern = name { return RedisCommand("P" + verb, arguments: [name.bytes]).encoded }
        return RedisCommand(verb, arguments: [name.bytes]).encoded
    }
}
