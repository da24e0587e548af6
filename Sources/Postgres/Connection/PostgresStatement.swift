/// A statement with the values of its parameters.
package struct PostgresStatement: Hashable, Sendable {
    /// One command, with `$1`, `$2` and so on for the values.
    package let sql: String
    package let values: [PostgresValue]
    /// Whether the server keeps its plan under a name; false for statements that are run once.
    package let isKept: Bool

    package init(_ sql: String, _ values: [PostgresValue] = [], isKept: Bool = true) {
        self.sql = sql
        self.values = values
        self.isKept = isKept
    }

    /// The statement without its values and on one line, cut for messages.
    package var label: String {
        var text = ""
        for word in sql.prefix(400).split(whereSeparator: \.isWhitespace) {
            if text.count > 160 { return text + "..." }
            text += text.isEmpty ? String(word) : " \(word)"
        }
        return text
    }
}
