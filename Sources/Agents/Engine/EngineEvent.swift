package import RunModel

/// What an engine tells while it works.
package enum EngineEvent: Sendable, Hashable {
    /// A process of the attempt exists; a script engine starts several, one after the other.
    case started(ProcessMark)
    /// One line as the process printed it.
    case output(OutputStream, String)
    /// Running totals of this attempt.
    case usage(Usage)
    /// What the agent does at the moment, in a few words: `Bash: npm test`.
    case activity(String)
}
