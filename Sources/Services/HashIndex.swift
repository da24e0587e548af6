/// Finds the place of a hash: open addressing with linear probing, at most half full.
struct HashIndex: Sendable {
    /// The hash's upper 32 bits, then the place plus one; 0 is free.
    private var cells: [UInt64] = Array(repeating: 0, count: 16)
    private var count = 0

    /// Where to begin to look for a hash.
    @inline(__always)
    func start(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (cells.count - 1) }

    /// The next place that may be the hash's.
    ///
    /// A loop over these, instead of a closure that is asked about each: a closure makes the callers' arrays be retained
    /// on every look-up.
    ///
    /// - Parameters:
    ///   - hash: what is looked for.
    ///   - cursor: from ``start(_:)``; moved on.
    /// - Returns: `nil` when there is none left.
    @inline(__always)
    func candidate(_ hash: UInt64, _ cursor: inout Int) -> Int? {
        let mask = cells.count - 1
        while true {
            let content = cells[cursor]
            if content == 0 { return nil }
            cursor = (cursor + 1) & mask
            if content >> 32 == hash >> 32 { return Int(content & 0xffff_ffff) - 1 }
        }
    }

    /// Enters a place that is not in the index yet.
    ///
    /// - Parameters:
    ///   - hash: of the place's key.
    ///   - place: where the key is kept.
    ///   - hashOf: the hash of any place in the index.
    mutating func insert(_ hash: UInt64, _ place: Int, hashOf: (Int) -> UInt64) {
        if (count + 1) * 2 > cells.count { grow(hashOf) }
        enter(hash, place)
        count += 1
    }

    mutating func remove(_ hash: UInt64, _ place: Int, hashOf: (Int) -> UInt64) {
        let mask = cells.count - 1
        var gap = Int(truncatingIfNeeded: hash) & mask
        while cells[gap] != 0, Int(cells[gap] & 0xffff_ffff) - 1 != place { gap = (gap + 1) & mask }
        guard cells[gap] != 0 else { return }
        count -= 1
        // What was pushed past the gap by it moves into it, so that no search stops too early.
        var cell = (gap + 1) & mask
        while cells[cell] != 0 {
            let home = Int(truncatingIfNeeded: hashOf(Int(cells[cell] & 0xffff_ffff) - 1)) & mask
            if (cell - home) & mask >= (cell - gap) & mask {
                cells[gap] = cells[cell]
                gap = cell
            }
            cell = (cell + 1) & mask
        }
        cells[gap] = 0
    }

    private mutating func enter(_ hash: UInt64, _ place: Int) {
        let mask = cells.count - 1
        var cell = Int(truncatingIfNeeded: hash) & mask
        while cells[cell] != 0 { cell = (cell + 1) & mask }
        cells[cell] = (hash & ~0xffff_ffff) | UInt64(place + 1)
    }

    private mutating func grow(_ hashOf: (Int) -> UInt64) {
        let old = cells
        cells = Array(repeating: 0, count: old.count * 2)
        for content in old where content != 0 {
            let place = Int(content & 0xffff_ffff) - 1
            enter(hashOf(place), place)
        }
    }
}
