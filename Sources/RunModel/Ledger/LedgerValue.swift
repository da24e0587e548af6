/// One JSON value of a ledger file: what it means, and the text it was read from.
///
/// A value that nobody changed is written back byte for byte; a change rewrites only the values on the way to it, so that
/// editing one entry of a large file changes only that entry's lines. Key order, unknown keys, doubled keys and the
/// spelling of numbers survive. Two values are equal when they mean the same; layout does not count.
///
/// Values made in code have no text yet and are written with two spaces of indentation, or on one line where the values
/// around them are.
package struct LedgerValue: Sendable {
    package enum Content: Sendable {
        case null
        case boolean(Bool)
        /// In the spelling it was read in: `1e3` and `1000` are different spellings.
        case number(String)
        case text(String)
        case list([Element])
        case object([Member])
    }

    /// One value of a list.
    package struct Element: Sendable {
        package internal(set) var value: LedgerValue
        /// What stands between the value before (or the bracket) and this one; `nil` when made in code.
        var lead: ArraySlice<UInt8>?
    }

    /// One key and value of an object.
    package struct Member: Sendable {
        package let key: String
        package internal(set) var value: LedgerValue
        /// What stands between the value before (or the brace) and the key; `nil` when made in code.
        var lead: ArraySlice<UInt8>?
        /// The key as it was spelled, the colon, and the white space after it.
        var keyText: ArraySlice<UInt8>?
    }

    package internal(set) var content: Content
    /// The value's exact text as long as it is unchanged.
    var source: ArraySlice<UInt8>?
    /// Of a container that was read: what stands between its last value and its end, with the closing bracket.
    var tail: ArraySlice<UInt8>?

    init(_ content: Content, source: ArraySlice<UInt8>? = nil, tail: ArraySlice<UInt8>? = nil) {
        self.content = content
        self.source = source
        self.tail = tail
    }

    /// Whether the value is not, or no longer, what was read.
    package var isEdited: Bool { source == nil }

    package static let null = LedgerValue(.null)
    package static func boolean(_ flag: Bool) -> LedgerValue { LedgerValue(.boolean(flag)) }
    package static func number(_ number: Int) -> LedgerValue { LedgerValue(.number(String(number))) }
    package static func text(_ text: String) -> LedgerValue { LedgerValue(.text(text)) }
    /// The text, or null where there is none.
    package static func text(orNull text: String?) -> LedgerValue { text.map { .text($0) } ?? .null }
    package static func list(_ values: [LedgerValue]) -> LedgerValue {
        LedgerValue(.list(values.map { Element(value: $0) }))
    }
    package static func texts(_ texts: [String]) -> LedgerValue { .list(texts.map { .text($0) }) }
    /// An object with its keys in the order given.
    package static func object(_ members: [(key: String, value: LedgerValue)]) -> LedgerValue {
        LedgerValue(.object(members.map { Member(key: $0.key, value: $0.value) }))
    }
}

extension LedgerValue: Hashable {
    package static func == (left: LedgerValue, right: LedgerValue) -> Bool {
        switch (left.content, right.content) {
        case (.null, .null): true
        case (.boolean(let one), .boolean(let other)): one == other
        case (.number(let one), .number(let other)): one == other
        case (.text(let one), .text(let other)): one == other
        case (.list(let one), .list(let other)):
            one.count == other.count && zip(one, other).allSatisfy { $0.value == $1.value }
        case (.object(let one), .object(let other)):
            one.count == other.count && zip(one, other).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch content {
        case .null: hasher.combine(0)
        case .boolean(let flag): hasher.combine(flag)
        case .number(let spelling): hasher.combine(spelling)
        case .text(let text): hasher.combine(text)
        case .list(let elements): for element in elements { hasher.combine(element.value) }
        case .object(let members):
            for member in members {
                hasher.combine(member.key)
                hasher.combine(member.value)
            }
        }
    }
}

extension LedgerValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral text: String) { self = .text(text) }
    package init(booleanLiteral flag: Bool) { self = .boolean(flag) }
    package init(integerLiteral number: Int) { self = .number(number) }
    package init(arrayLiteral values: LedgerValue...) { self = .list(values) }
    package init(dictionaryLiteral members: (String, LedgerValue)...) {
        self = .object(members.map { (key: $0.0, value: $0.1) })
    }
}
