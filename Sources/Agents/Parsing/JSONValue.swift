import Foundation

/// A JSON value of unknown shape, read without trust: a missing key or another type is `nil`, never an error.
enum JSONValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    /// Reads one line that holds one object; anything else is `nil`.
    static func object(in line: String) -> JSONValue? {
        // Most lines that are no objects are plain text: they need no parser.
        guard line.utf8.first(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) == UInt8(ascii: "{")
        else { return nil }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)),
            case .object = value
        else { return nil }
        return value
    }

    subscript(_ key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var boolean: Bool? {
        guard case .boolean(let value) = self else { return nil }
        return value
    }

    var number: Double? {
        guard case .number(let value) = self, value.isFinite else { return nil }
        return value
    }

    /// A whole number that is not negative, as counts are.
    var count: Int? {
        guard let number, number >= 0, number < 1e15 else { return nil }
        return Int(number)
    }

    var list: [JSONValue] {
        guard case .list(let elements) = self else { return [] }
        return elements
    }
}

extension JSONValue: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}
