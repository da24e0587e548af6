/// The text of a statement; each connection prepares it once.
///
/// Identity is what counts: keep one per statement, as a `static let`.
final class SQL: Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}

/// A value bound to a statement.
///
/// Text goes with its length, so that NUL and everything after it is kept: GRDB binds text up to the first NUL.
enum SQLiteValue: Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    static func integer(_ value: Int) -> SQLiteValue { .integer(Int64(value)) }
    static func flag(_ value: Bool) -> SQLiteValue { .integer(value ? 1 : 0) }
    static func optional(_ value: Int64?) -> SQLiteValue { value.map { .integer($0) } ?? .null }
    static func optional(_ value: String?) -> SQLiteValue { value.map { .text($0) } ?? .null }
    static func optional(_ value: [UInt8]?) -> SQLiteValue { value.map { .bytes($0) } ?? .null }

    /// A list of numbers for `json_each`: any number of them with one statement text.
    static func list(_ numbers: some Sequence<Int64>) -> SQLiteValue {
        .text("[" + numbers.map(String.init).joined(separator: ",") + "]")
    }
}
