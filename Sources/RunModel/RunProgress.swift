/// What a display is told while a run goes on: facts from the journal, and what is too fleeting for it.
package enum RunProgress: Hashable, Sendable {
    case fact(JournalEntry)
    /// One line an agent's process printed.
    case output(agent: AgentID, stream: OutputStream, line: String)
    /// Running totals an engine reported.
    case usage(agent: AgentID, usage: Usage)
    /// What an agent does at the moment, in a few words: `Bash: npm test`.
    case activity(agent: AgentID, text: String)
}

/// Which stream of a process a line came from.
package enum OutputStream: String, Hashable, Sendable, Codable {
    case standardOutput = "stdout"
    case standardError = "stderr"
}
