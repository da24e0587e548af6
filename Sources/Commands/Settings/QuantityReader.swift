/// Reads durations and sizes as people write them.
enum QuantityReader {
    /// `90s`, `15m`, `1h 30m`, `7d`, `250ms`; a bare number counts seconds.
    ///
    /// `nil` when it is none, or not above zero.
    static func duration(_ text: String) -> Duration? {
        if let seconds = Int(text) { return seconds > 0 ? .seconds(seconds) : nil }
        var total = Duration.zero
        var rest = Substring(text)
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
            guard let amount = Int(digits), amount < 1_000_000, let one = units[String(unit)] else { return nil }
            total += one * amount
            rest = rest.dropFirst(digits.count + unit.count).drop { $0 == " " }
        }
        return total > .zero ? total : nil
    }

    /// `5MiB`, `200KB`, `1 GiB`; a bare number counts bytes.
    ///
    /// `nil` when it is none, or not above zero.
    static func size(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = String(text.dropFirst(digits.count)).trimmed.lowercased()
        guard let amount = Int(digits), amount > 0, let factor = factors[unit] else { return nil }
        let (bytes, isTooBig) = amount.multipliedReportingOverflow(by: factor)
        return isTooBig ? nil : bytes
    }

    private static let units: [String: Duration] = [
        "ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "min": .seconds(60), "h": .seconds(3600),
        "d": .seconds(86_400),
    ]

    private static let factors: [String: Int] = [
        "": 1, "b": 1, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "k": 1 << 10, "kib": 1 << 10, "m": 1 << 20,
        "mib": 1 << 20, "g": 1 << 30, "gib": 1 << 30,
    ]
}
