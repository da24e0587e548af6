extension SettingValue {
    /// The value as it would be written in the settings file, with passwords hidden.
    var text: String {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .amount(let dollars): "\(dollars)"
        case .flag(let flag): flag ? "true" : "false"
        case .duration(let duration): Self.text(of: duration)
        case .sizeInBytes(let size): Self.text(of: size)
        case .store(let url): url.description
        case .list(let items): "[" + items.joined(separator: ", ") + "]"
        }
    }

    /// The fewest units that say it exactly: `1h 30m`, `90s` as `1m 30s`.
    private static func text(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var parts: [String] = []
        var rest = seconds
        for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] as [(String, Int64)] {
            // A single day reads better as 24h; whole days from two on read better as days.
            if unit == "d", rest < 2 * length || rest % length != 0 { continue }
            if rest >= length { parts.append("\(rest / length)\(unit)") }
            rest %= length
        }
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if milliseconds > 0 { parts.append("\(milliseconds)ms") }
        return parts.isEmpty ? "0s" : parts.joined(separator: " ")
    }

    private static func text(of size: Int) -> String {
        for (unit, factor) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where size % factor == 0 {
            return "\(size / factor)\(unit)"
        }
        return "\(size)B"
    }
}
