package import Foundation

/// The one shape of JSON the product writes and reads: snake_case keys in sorted order, ISO 8601 dates with milliseconds.
///
/// A property whose name ends in an acronym (`sessionID`) needs an explicit coding key (`sessionId`), because the
/// conversion from snake case cannot know the capitals.
package enum JSONText {
    private static let dateStyle = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// The date as it comes back after writing and reading: whole milliseconds.
    package static func rounded(_ date: Date) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1000).rounded() / 1000)
    }

    /// Encodes on one line (for journals), or indented by two spaces (for files and terminals).
    package static func encode<Value: Encodable>(_ value: Value, isPretty: Bool = false) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            // The style cuts digits off: half a millisecond more makes that the nearest one.
            try container.encode((rounded(date) + 0.0005).formatted(dateStyle))
        }
        encoder.outputFormatting =
            isPretty
            ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// Decodes what ``encode(_:isPretty:)`` wrote.
    package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .custom { decoder in
            rounded(try dateStyle.parse(decoder.singleValueContainer().decode(String.self)))
        }
        return try decoder.decode(type, from: data)
    }
}
