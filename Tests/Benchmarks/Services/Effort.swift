/// What one contender did once, and what it took.
struct Effort: Sendable {
    /// How many of what the contest counts.
    let count: Int
    let duration: Duration
    /// Processor time of the program itself, and of the server behind it; `nil` where it was not taken.
    var clientTime: Duration?
    var serverTime: Duration?

    var timeEach: Duration { duration / max(1, count) }
    var rate: Double { Double(count) / max(1e-9, duration / .seconds(1)) }

    /// Microseconds of processor time for each.
    var clientCost: Double? { clientTime.map { $0 / .microseconds(1) / Double(max(1, count)) } }
    var serverCost: Double? { serverTime.map { $0 / .microseconds(1) / Double(max(1, count)) } }
}
