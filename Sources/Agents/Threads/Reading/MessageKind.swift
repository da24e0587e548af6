/// What a person's message in a decision thread is.
package enum MessageKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Asks for information, or for an explanation; somebody has to answer before anything can be decided.
    case question
    /// Says what shall be done, in words of its own.
    case decision
    /// Says that nothing shall be done, or not now.
    case skip
    /// Only points at something the thread offers: `option 2`, `yes`, `the recommended one`.
    case bareOption = "bare_option"
    /// Says that something was read: `ok thanks`.
    case acknowledgement
    /// None of these: a pasted log, a remark, a fact.
    case other
}
