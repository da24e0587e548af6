/// Reading without trust: another type than the one asked for is `nil` or empty, never an error.
extension LedgerValue {
    package var isNull: Bool { if case .null = content { true } else { false } }

    package var text: String? { if case .text(let text) = content { text } else { nil } }

    package var boolean: Bool? { if case .boolean(let flag) = content { flag } else { nil } }

    /// A whole number that an `Int` holds.
    package var integer: Int? {
        guard case .number(let spelling) = content else { return nil }
        if let exact = Int(spelling) { return exact }
        return Double(spelling).flatMap { Int(exactly: $0) }
    }

    package var isList: Bool { if case .list = content { true } else { false } }

    package var isObject: Bool { if case .object = content { true } else { false } }

    /// The values of a list; empty for anything else.
    package var elements: [LedgerValue] {
        if case .list(let elements) = content { elements.map(\.value) } else { [] }
    }

    /// The keys and values of an object in their order; empty for anything else.
    package var members: [Member] {
        if case .object(let members) = content { members } else { [] }
    }

    /// The value under exactly that key; of a doubled key the last, as JSON readers agree on.
    package subscript(key: String) -> LedgerValue? {
        guard case .object(let members) = content else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The value at an index of a list, or of an object's members; `nil` past the end.
    package func item(at index: Int) -> LedgerValue? {
        switch content {
        case .list(let elements): elements.indices.contains(index) ? elements[index].value : nil
        case .object(let members): members.indices.contains(index) ? members[index].value : nil
        default: nil
        }
    }

    /// How many values a container holds; 0 for anything else.
    package var count: Int {
        switch content {
        case .list(let elements): elements.count
        case .object(let members): members.count
        default: 0
        }
    }

    /// The value on one line, as people read it: a text without quotes, lists joined by commas.
    package var summary: String {
        switch content {
        case .null: ""
        case .boolean(let flag): flag ? "true" : "false"
        case .number(let spelling): spelling
        case .text(let text): text
        case .list(let elements): elements.map(\.value.summary).filter { !$0.isEmpty }.joined(separator: ", ")
        case .object(let members):
            members.map { "\($0.key): \($0.value.summary)" }.joined(separator: ", ")
        }
    }
}
