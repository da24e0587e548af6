import Foundation

/// A random generator whose every value follows from its seed (SplitMix64, Steele, Lea and Flood 2014).
///
/// Property tests take seeds as arguments, `arguments: SeededRandom.seeds(100)`, so that a failure names its seed.
/// `SWITCHYARD_SEED=<number>` repeats that one.
package struct SeededRandom: RandomNumberGenerator, Sendable, CustomStringConvertible {
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// The seed as it goes into a failure text.
    package var description: String { "seed \(seed)" }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    /// The seeds of a property test: `0..<count`, or only the one in `SWITCHYARD_SEED`.
    package static func seeds(_ count: Int) -> [UInt64] {
        if let wanted = ProcessInfo.processInfo.environment["SWITCHYARD_SEED"].flatMap(UInt64.init) { return [wanted] }
        return (0..<UInt64(count)).map { $0 }
    }

    /// A number in the range.
    package mutating func int(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// True once in `n` draws on average.
    package mutating func oneIn(_ n: Int) -> Bool { int(in: 1...n) == 1 }

    /// One of the elements; the array must not be empty.
    package mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[int(in: 0...(elements.count - 1))]
    }

    /// A word of lower-case letters.
    package mutating func word(length: ClosedRange<Int> = 1...8) -> String {
        String((0..<int(in: length)).map { _ in pick(Array("abcdefghijklmnopqrstuvwxyz")) })
    }
}
