/// An engine, a prompt template or a file of the ledger that cannot be used.
package struct AgentsError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case unknownEngine = "unknown_engine"
        case unknownPreset = "unknown_preset"
        case emptyCommand = "empty_command"
        case templateMalformed = "template_malformed"
        case templateUnreadable = "template_unreadable"
        case ledgerUnreadable = "ledger_unreadable"
        case ledgerUnwritable = "ledger_unwritable"
        /// A folder or a name that leads out of the repository.
        case ledgerPathOutside = "ledger_path_outside"
        /// Somebody else changes the ledger, or the right to do so ended.
        case ledgerBusy = "ledger_busy"
        case ledgerReadOnly = "ledger_read_only"
    }

    package let code: Code
    /// What failed, on which quoted thing, and why.
    package let message: String
    /// What to do about it.
    package let hint: String?

    package var description: String { hint.map { "\(message) (\($0))" } ?? message }
}
