import Foundation

/// Writes a time span the way people say it, never with more than two units.
package enum DurationText {
    /// `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
    package static func format(_ seconds: Double) -> String {
        if seconds < 0.05 { return "0 s" }
        if seconds < 9.95 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return join(whole / 60, "min", whole % 60, "s") }
        return join(whole / 3600, "h", whole % 3600 / 60, "min")
    }

    private static func join(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }
}
