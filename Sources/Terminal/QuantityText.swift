/// Short texts for amounts, made to stand in narrow columns.
package enum QuantityText {
    /// `0s`, `12s`, `1m 04s`, `2h 05m`, `3d 04h`; below ten seconds one decimal if `isPrecise`.
    package static func duration(_ duration: Duration, isPrecise: Bool = false) -> String {
        let seconds = max(0, duration.components.seconds)
        if isPrecise, seconds < 10 {
            let tenths = max(0, Int((duration / .milliseconds(100)).rounded()))
            return "\(tenths / 10).\(tenths % 10)s"
        }
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m \(twoDigits(seconds % 60))s"
        case ..<86_400: return "\(seconds / 3600)h \(twoDigits(seconds % 3600 / 60))m"
        default: return "\(seconds / 86_400)d \(twoDigits(seconds % 86_400 / 3600))h"
        }
    }

    /// `812 B`, `1.4 KiB`, `5 MiB`: powers of 1024, one decimal below ten.
    package static func size(_ bytes: Int) -> String {
        scaled(Double(bytes), step: 1024, units: [" B", " KiB", " MiB", " GiB", " TiB"])
    }

    /// `812`, `1.4k`, `23k`, `1.2M`: powers of 1000.
    package static func count(_ count: Int) -> String {
        scaled(Double(count), step: 1000, units: ["", "k", "M", "G"])
    }

    /// `$0.42`; below a cent `<$0.01`.
    package static func cost(_ dollars: Double) -> String {
        if dollars > 0, dollars < 0.01 { return "<$0.01" }
        let cents = Int((max(0, dollars) * 100).rounded())
        return "$\(cents / 100).\(twoDigits(Int64(cents % 100)))"
    }

    /// `1 file`, `3 files`; irregular plurals are given.
    package static func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(count) \(count == 1 ? singular : plural ?? singular + "s")"
    }

    private static func scaled(_ amount: Double, step: Double, units: [String]) -> String {
        var amount = max(0, amount)
        var unit = 0
        // Rounding may carry to the next unit: 1023.7 KiB is 1 MiB.
        while unit < units.count - 1, amount.rounded() >= step {
            amount /= step
            unit += 1
        }
        let tenths = Int((amount * 10).rounded())
        let number =
            unit > 0 && tenths < 100 && tenths % 10 != 0 ? "\(tenths / 10).\(tenths % 10)" : "\(Int(amount.rounded()))"
        return number + units[unit]
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
