/// A value bound to a parameter of a statement.
///
/// Values travel in the binary format, so any byte is safe in them. PostgreSQL's text holds every Unicode scalar but
/// NUL, which the server refuses (22021); bytes hold everything.
package enum PostgresValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case text(String)
    case bytes([UInt8])
    /// Microseconds since 1970-01-01 00:00 UTC, as `timestamptz`.
    case timestamp(microseconds: Int64)
    case bools([Bool])
    case ints([Int64?])
    case texts([String?])
    case byteArrays([[UInt8]?])

    package static func optional(_ value: Int64?) -> PostgresValue { value.map(PostgresValue.int) ?? .null }
    package static func optional(_ value: String?) -> PostgresValue { value.map(PostgresValue.text) ?? .null }
    package static func optional(_ value: [UInt8]?) -> PostgresValue { value.map(PostgresValue.bytes) ?? .null }

    /// The type as the server numbers it; 0 lets it infer the type.
    var type: UInt32 {
        switch self {
        case .null: 0
        case .bool: PostgresType.bool
        case .int: PostgresType.int8
        case .double: PostgresType.float8
        case .text: PostgresType.text
        case .bytes: PostgresType.bytea
        case .timestamp: PostgresType.timestamptz
        case .bools: PostgresType.boolArray
        case .ints: PostgresType.int8Array
        case .texts: PostgresType.textArray
        case .byteArrays: PostgresType.byteaArray
        }
    }
}

extension PostgresValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}
