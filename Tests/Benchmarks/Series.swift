/// The times one contender took, a value a round.
struct Series: Sendable {
    private(set) var seconds: [Double] = []

    mutating func append(_ duration: Duration) {
        seconds.append(Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18)
    }

    var least: Double { seconds.min() ?? 0 }
    var greatest: Double { seconds.max() ?? 0 }

    /// The middle value; of an even number the mean of the two in the middle.
    var median: Double { Self.median(seconds) }

    /// How many times as long another contender took: the median of the ratios of each round, which what else the machine
    /// did in that round touches less than the ratio of the medians.
    func ratio(of other: Series) -> Double {
        Self.median(zip(seconds, other.seconds).map { $1 / $0 })
    }

    static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
