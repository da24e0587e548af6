/// A number that must not be above or below a bound.
struct Gauge {
    enum Bound {
        case atMost(Double)
        case atLeast(Double)
    }

    let number: String
    let title: String
    let how: String
    var bound: Bound?
    /// Writes the number with its unit.
    let format: (Double) -> String

    /// The line for the values of all rounds.
    func row(_ values: [Double]) -> ServiceRow {
        let sorted = values.sorted()
        var row = ServiceRow(number: number, what: title, how: how)
        let median = Series.median(values)
        row.median = format(median)
        row.least = format(sorted.first ?? 0)
        row.greatest = format(sorted.last ?? 0)
        switch bound {
        case .atMost(let most)?:
            row.target = "≤ " + format(most)
            row.isMet = median <= most
        case .atLeast(let least)?:
            row.target = "≥ " + format(least)
            row.isMet = median >= least
        case nil: break
        }
        if row.isMet != nil {
            let name = [number, title, how].filter { !$0.isEmpty }.joined(separator: " ")
            row.claim = "\(name): \(row.median), where \(row.target) is wanted"
        }
        return row
    }
}
