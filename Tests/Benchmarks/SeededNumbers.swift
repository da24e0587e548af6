/// A random generator whose every value follows from its seed (SplitMix64, Steele, Lea and Flood 2014).
///
/// The benchmarks do not link the test library, so they have their own.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    /// A number in the range; a modulo, whose bias does not matter here, because it is many times faster.
    mutating func number(below bound: Int) -> Int { Int(next() >> 33) % bound }

    /// A number between 0 and 1, neither included.
    mutating func fraction() -> Double { (Double(next() >> 11) + 0.5) / Double(1 << 53) }
}
