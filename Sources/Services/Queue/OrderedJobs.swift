/// Job ids in order of a time, then of the id: a sorted array whose front is cheap to take away.
struct OrderedJobs: Hashable, Sendable {
    struct Slot: Hashable, Sendable, Comparable {
        let time: StoreTime
        let id: JobID

        static func < (left: Slot, right: Slot) -> Bool {
            left.time == right.time ? left.id < right.id : left.time < right.time
        }
    }

    private var slots: [Slot] = []
    /// Slots before it have been taken away.
    private var head = 0

    var isEmpty: Bool { head == slots.count }
    var first: Slot? { isEmpty ? nil : slots[head] }
    var elements: ArraySlice<Slot> { slots[head...] }

    mutating func insert(_ id: JobID, at time: StoreTime) {
        let slot = Slot(time: time, id: id)
        guard let last = slots.last, head < slots.count, slot < last else {
            slots.append(slot)
            return
        }
        let index = index(of: slot)
        if index == head, head > 0 {
            head -= 1
            slots[head] = slot
        } else {
            slots.insert(slot, at: index)
        }
    }

    mutating func remove(_ id: JobID, at time: StoreTime) {
        let slot = Slot(time: time, id: id)
        let index = index(of: slot)
        guard index < slots.count, slots[index] == slot else { return }
        guard index == head else {
            slots.remove(at: index)
            return
        }
        head += 1
        // Moves the rest only when at least as many have gone, so each slot is moved once on average.
        if head > slots.count / 2 {
            slots.removeFirst(head)
            head = 0
        }
    }

    /// Where the slot is, or belongs.
    private func index(of slot: Slot) -> Int {
        var (low, high) = (head, slots.count)
        while low < high {
            let middle = (low + high) / 2
            if slots[middle] < slot { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
