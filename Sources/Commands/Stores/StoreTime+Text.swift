import Foundation
import Services

extension StoreTime {
    /// As a date of Foundation, for JSON.
    var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    /// For a table: local date and time to the second.
    var shown: String {
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .current)
            .year().month().day().time(includingFractionalSeconds: false)
        return date.formatted(style)
    }
}

extension Duration {
    /// For JSON: seconds with at most six decimals.
    var seconds: Double { Double(wholeMicroseconds) / 1_000_000 }
}
