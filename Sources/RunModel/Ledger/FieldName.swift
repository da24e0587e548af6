/// The name of a field regardless of its spelling: `ticket_id`, `ticketId`, `Ticket ID` and `ticket-id` are one.
package struct FieldName: Hashable, Sendable, ExpressibleByStringLiteral {
    /// Letters and digits alone, in lower case.
    package let folded: String

    package init(_ spelling: String) {
        folded = String(String.UnicodeScalarView(spelling.lowercased().unicodeScalars.filter(\.isLetterOrDigit)))
    }

    package init(stringLiteral spelling: String) { self.init(spelling) }
}

extension Unicode.Scalar {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case "a"..."z", "0"..."9": true
        default: !isASCII && properties.isAlphabetic
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    package var trimmingSpace: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
