/// Remembers the hashes of the last `capacity` evicted keys, without the keys.
///
/// Buckets of four fingerprints with the turn at which they came; an old one gives way to a new one. A fingerprint is 32
/// bits of the hash, so a key is taken for another about once in a billion look-ups: harmless, it only is admitted
/// sooner.
struct GhostList: Sendable {
    private var marks: [UInt64]
    private var turn: UInt32 = 0
    private let capacity: UInt32
    private let mask: Int

    init(capacity: Int) {
        self.capacity = UInt32(clamping: max(1, capacity))
        var buckets = 1
        while buckets * 4 < capacity { buckets *= 2 }
        // Twice the room: few fingerprints are pushed out of their bucket before their time.
        buckets *= 2
        marks = Array(repeating: 0, count: buckets * 4)
        mask = buckets - 1
    }

    mutating func insert(_ hash: UInt64) {
        turn &+= 1
        let first = start(hash)
        var oldest = first
        for index in first..<(first + 4) where age(marks[index]) > age(marks[oldest]) { oldest = index }
        marks[oldest] = mark(hash, turn)
    }

    /// Whether the key was evicted lately; it is then forgotten here.
    mutating func remove(_ hash: UInt64) -> Bool {
        let first = start(hash)
        for index in first..<(first + 4) {
            let mark = marks[index]
            guard mark != 0, UInt32(truncatingIfNeeded: mark >> 32) == fingerprint(hash) else { continue }
            marks[index] = 0
            return age(mark) < capacity
        }
        return false
    }

    private func start(_ hash: UInt64) -> Int { (Int(truncatingIfNeeded: hash >> 8) & mask) * 4 }

    private func fingerprint(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

    private func mark(_ hash: UInt64, _ turn: UInt32) -> UInt64 { UInt64(fingerprint(hash)) << 32 | UInt64(turn) }

    private func age(_ mark: UInt64) -> UInt32 { mark == 0 ? .max : turn &- UInt32(truncatingIfNeeded: mark) }
}
