/// JSON text that cannot be read: what is wrong, and where.
package struct LedgerSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// Nothing but white space.
        case empty
        /// The text ends inside a value.
        case truncated
        case unexpected
        /// Containers are nested deeper than the reader follows.
        case tooDeep
        /// The value is whole and something follows it.
        case trailing
        case tooLarge
    }

    package let code: Code
    /// A sentence without the place.
    package let message: String
    /// Counted from 1.
    package let line: Int
    /// In bytes, counted from 1.
    package let column: Int

    package init(code: Code, message: String, line: Int, column: Int) {
        self.code = code
        self.message = message
        self.line = line
        self.column = column
    }

    package var description: String { "line \(line), column \(column): \(message)" }
}
