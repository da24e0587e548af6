/// An engine or a prompt template that cannot be used.
package struct AgentsError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case unknownEngine = "unknown_engine"
        case unknownPreset = "unknown_preset"
        case emptyCommand = "empty_command"
        case templateMalformed = "template_malformed"
        case templateUnreadable = "template_unreadable"
    }

    package let code: Code
    /// What failed, on which quoted thing, and why.
    package let message: String
    /// What to do about it.
    package let hint: String?

    package var description: String { hint.map { "\(message) (\($0))" } ?? message }
}
