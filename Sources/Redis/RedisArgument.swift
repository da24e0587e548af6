/// One argument of a command: any bytes.
package enum RedisArgument: Hashable, Sendable {
    case bytes([UInt8])
    /// Sent as UTF-8.
    case text(String)
    /// Sent in decimal.
    case integer(Int)

    package init(_ text: String) { self = .text(text) }
    package init(_ bytes: [UInt8]) { self = .bytes(bytes) }
    package init(_ number: Int) { self = .integer(number) }
}

extension RedisArgument: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral text: String) { self = .text(text) }
    package init(integerLiteral number: Int) { self = .integer(number) }
}
