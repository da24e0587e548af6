package import Foundation

/// Reads the many spellings of a time that agents write, and writes one.
///
/// Understood are dates with or without separators, with a time of two to six digits, a fraction, a zone, in any mixture
/// (`2025-12-06T0922`, `20251211085800`, `2025-12-12T19-13-48`, `2025-12-12T051037609Z`), seconds and milliseconds since
/// 1970. A template that no shell expanded (`$(date -Iseconds)`) is no time.
package enum LedgerStamp {
    /// The time in a text that is one, or `nil`.
    package static func date(_ text: String) -> Date? {
        let bytes = Array(text.trimmingSpace.utf8)
        guard bytes.first.map(isDigit) ?? false else { return nil }
        var scanner = Scanner(bytes: bytes)
        let run = bytes.prefix { isDigit($0) }.count
        if run == bytes.count, run == 10 || run == 13, let number = Double(String(decoding: bytes, as: UTF8.self)) {
            // No year begins with 1.
            if bytes[0] == UInt8(ascii: "1") { return Date(timeIntervalSince1970: run == 10 ? number : number / 1000) }
        }
        return scanner.read()
    }

    // Regular expressions do not change once they are made; their type is not yet marked as sendable.
    nonisolated(unsafe) private static let dayShape = /(?:19|20)[0-9]{2}-?(?:0[1-9]|1[0-2])-?[0-3][0-9]/

    /// The last stamp in a file name, and what stands before it.
    package static func split(fileName: String) -> (rest: Substring, date: Date)? {
        let stem = fileName.hasSuffix(".json") ? fileName.dropLast(5) : fileName[...]
        var search = stem.startIndex
        while let start = stem[search...].firstRange(of: dayShape)?.lowerBound {
            let isBoundary = start == stem.startIndex || !stem[stem.index(before: start)].isNumber
            if isBoundary, let date = date(String(stem[start...])) {
                return (stem[..<start], date)
            }
            search = stem.index(after: start)
        }
        return nil
    }

    /// Whether the text is a template that should have become a time.
    package static func isTemplate(_ text: String) -> Bool {
        let text = text.lowercased()
        return ["$(", "${", "{{", "`date", "<timestamp", "<date", "<iso", "yyyy-", "%y%m%d"].contains(
            where: text.contains
        )
    }

    /// `2026-11-21T08:45:00.000Z`, as the ledger's files have it.
    package static func text(_ date: Date) -> String {
        (JSONText.rounded(date) + 0.0005).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// `20261121T084500Z`, for file names.
    package static func fileName(_ date: Date) -> String {
        date.ISO8601Format(.iso8601(timeZone: .gmt, dateSeparator: .omitted, timeSeparator: .omitted)) + "Z"
    }

    /// `2026-11-21`, for folders.
    package static func day(_ date: Date) -> String {
        String(date.formatted(Date.ISO8601FormatStyle(timeZone: .gmt)).prefix(10))
    }

    fileprivate static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private struct Scanner {
        let bytes: [UInt8]
        var index = 0

        mutating func read() -> Date? {
            guard let year = number(4), (1970...2999).contains(year) else { return nil }
            skip("-/.")
            guard let month = number(2), (1...12).contains(month) else { return nil }
            skip("-/.")
            guard let day = number(2), (1...31).contains(day) else { return nil }
            var seconds = 0.0
            if index < bytes.count {
                skip("Tt _-")
                guard let hour = number(2), hour < 25 else {
                    return index == bytes.count ? nil : dateOnly(year, month, day)
                }
                skip(":-.")
                let minute = number(2) ?? 0
                skip(":-")
                let second = number(2) ?? 0
                guard minute < 60, second < 61 else { return nil }
                seconds = Double(hour * 3600 + minute * 60 + second) + fraction()
                seconds -= Double(zone() * 60)
            }
            return Self.date(year, month, day).map { $0 + seconds }
        }

        private func dateOnly(_ year: Int, _ month: Int, _ day: Int) -> Date? { Self.date(year, month, day) }

        private static func date(_ year: Int, _ month: Int, _ day: Int) -> Date? {
            // Days from the civil calendar, Howard Hinnant 2014: exact, and free of time zones.
            let shifted = month <= 2 ? year - 1 : year
            let era = shifted / 400
            let yearOfEra = shifted - era * 400
            let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
            let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            return Date(timeIntervalSince1970: Double(era * 146_097 + dayOfEra - 719_468) * 86_400)
        }

        private mutating func number(_ digits: Int) -> Int? {
            guard index + digits <= bytes.count else { return nil }
            var number = 0
            for byte in bytes[index..<(index + digits)] {
                guard isDigit(byte) else { return nil }
                number = number * 10 + Int(byte) - 0x30
            }
            index += digits
            return number
        }

        private mutating func skip(_ any: String) {
            if index < bytes.count, any.utf8.contains(bytes[index]) { index += 1 }
        }

        /// With or without its point: `051037609Z` holds milliseconds after the seconds.
        private mutating func fraction() -> Double {
            skip(".,")
            var (value, scale) = (0.0, 0.1)
            while index < bytes.count, isDigit(bytes[index]) {
                value += Double(bytes[index] - 0x30) * scale
                scale /= 10
                index += 1
            }
            return value
        }

        /// Minutes east of Greenwich; no zone is taken as Greenwich.
        private mutating func zone() -> Int {
            guard index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") else {
                return 0
            }
            let sign = bytes[index] == UInt8(ascii: "+") ? 1 : -1
            index += 1
            guard let hours = number(2), hours < 15 else { return 0 }
            skip(":")
            return sign * (hours * 60 + (number(2) ?? 0))
        }
    }
}
