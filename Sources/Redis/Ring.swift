/// A first-in, first-out queue with constant-time access by position.
struct Ring<Element> {
    private var slots: [Element?]
    private var head = 0
    private(set) var count = 0

    init() {
        slots = Array(repeating: nil, count: 16)
    }

    var isEmpty: Bool { count == 0 }

    var first: Element? { count == 0 ? nil : slots[head] }

    /// The element at a position counted from the head; nil outside of the queue.
    subscript(position: Int) -> Element? {
        position >= 0 && position < count ? slots[index(position)] : nil
    }

    mutating func append(_ element: Element) {
        if count == slots.count { grow() }
        slots[index(count)] = element
        count += 1
    }

    @discardableResult
    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = slots[head]
        slots[head] = nil
        head = index(1)
        count -= 1
        return element
    }

    /// Changes the element at a position in place; without effect outside of the queue.
    mutating func update<Result>(_ position: Int, _ change: (inout Element) -> Result) -> Result? {
        guard position >= 0, position < count else { return nil }
        let slot = index(position)
        // Taken out and put back, so that arrays inside are changed without a copy.
        guard var element = slots[slot].take() else { return nil }
        defer { slots[slot] = element }
        return change(&element)
    }

    mutating func removeAll() {
        self = Ring()
    }

    /// The number of slots is a power of two, so wrapping around is a mask.
    private func index(_ position: Int) -> Int { (head &+ position) & (slots.count &- 1) }

    private mutating func grow() {
        var larger: [Element?] = []
        larger.reserveCapacity(slots.count * 2)
        for position in 0..<count { larger.append(slots[index(position)]) }
        larger.append(contentsOf: repeatElement(nil, count: slots.count * 2 - count))
        slots = larger
        head = 0
    }
}

extension Ring: Sendable where Element: Sendable {}
