/// A point in time by a store's clock.
///
/// Stores compare and write their own time, never a caller's: the clocks of several machines differ. Whole microseconds
/// since 1970-01-01 00:00 UTC, the resolution of all stores.
package struct StoreTime: Hashable, Sendable, Comparable, Codable {
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package init(from decoder: any Decoder) throws {
        microseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }

    package static func < (left: StoreTime, right: StoreTime) -> Bool { left.microseconds < right.microseconds }

    package static func + (time: StoreTime, duration: Duration) -> StoreTime {
        StoreTime(microseconds: time.microseconds.addingClamped(duration.wholeMicroseconds))
    }

    package static func - (later: StoreTime, earlier: StoreTime) -> Duration {
        .microseconds(later.microseconds - earlier.microseconds)
    }
}

extension Duration {
    /// The duration in microseconds, rounded towards zero and clamped to what an `Int64` holds.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return whole.addingClamped(attoseconds / 1_000_000_000_000)
    }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        guard overflow else { return sum }
        return other < 0 ? .min : .max
    }
}
