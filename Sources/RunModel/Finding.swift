/// A located complaint about an input or a result, with a hint for the person who can mend it.
package struct Finding: Hashable, Sendable, Codable {
    /// How much a finding weighs.
    package enum Severity: String, Hashable, Sendable, Codable {
        /// Stops the run before anything is created, or refuses the work it is about.
        case error
        /// Goes to the report; the run goes on.
        case warning
        /// Worth knowing, nothing to mend.
        case note
    }

    package var severity: Severity
    /// A stable kebab-case name of the kind of finding, for example `ownership-overlap`.
    package var code: String
    /// One sentence: what, on which quoted thing, why.
    package var message: String
    /// The file the position counts in; `nil` for the task file itself or when there is none.
    package var file: String?
    /// Line, counted from 1; 0 when the finding has no position.
    package var line: Int
    /// Column in characters, counted from 1; 0 when the finding has no position.
    package var column: Int
    /// What to do about it, as a sentence or a command.
    package var hint: String?

    package init(
        _ severity: Severity,
        _ code: String,
        _ message: String,
        file: String? = nil,
        line: Int = 0,
        column: Int = 0,
        hint: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.hint = hint
    }
}
