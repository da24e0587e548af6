/// Deadlines in order, with cheap cancelling.
///
/// A cancelled entry stays in the heap until it surfaces or until dead entries outnumber the live ones; so the heap is
/// never more than about twice the number of live timers.
struct TimerHeap<Action> {
    private struct Entry {
        var deadline: UInt64
        var id: UInt64
    }

    private var entries: [Entry] = []
    private var actions: [UInt64: Action] = [:]
    private var lastID: UInt64 = 0

    /// Number of timers that are neither fired nor cancelled.
    var count: Int { actions.count }

    var isEmpty: Bool { actions.isEmpty }

    /// Deadline of the first live timer, in the unit it was given.
    var earliest: UInt64? {
        mutating get {
            dropDead()
            return entries.first?.deadline
        }
    }

    mutating func insert(deadline: UInt64, _ action: Action) -> UInt64 {
        lastID += 1
        actions[lastID] = action
        entries.append(Entry(deadline: deadline, id: lastID))
        siftUp(entries.count - 1)
        return lastID
    }

    /// Forgets a timer; false when it has fired or was cancelled before.
    @discardableResult
    mutating func cancel(_ id: UInt64) -> Bool {
        guard actions.removeValue(forKey: id) != nil else { return false }
        if entries.count > 64, entries.count > 2 * actions.count {
            entries.removeAll { actions[$0.id] == nil }
            for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
        }
        return true
    }

    /// Takes the first timer whose deadline is not after `now`; timers with equal deadlines come in order of insertion.
    mutating func popDue(_ now: UInt64) -> Action? {
        dropDead()
        guard let first = entries.first, first.deadline <= now else { return nil }
        removeFirst()
        return actions.removeValue(forKey: first.id)
    }

    private mutating func dropDead() {
        while let first = entries.first, actions[first.id] == nil { removeFirst() }
    }

    private mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        if !entries.isEmpty { siftDown(0) }
    }

    private func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        (left.deadline, left.id) < (right.deadline, right.id)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard isBefore(entries[index], entries[parent]) else { return }
            entries.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && isBefore(entries[child], entries[least]) { least = child }
            guard least != index else { return }
            entries.swapAt(index, least)
            index = least
        }
    }
}
