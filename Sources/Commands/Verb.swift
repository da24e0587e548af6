import ArgumentParser

/// A command of the tool: what `switchyard <word>` does.
protocol Verb: ParsableCommand, Sendable {
    /// Does it; results go to the context's output, all else to its talk.
    ///
    /// - Returns: The status to exit with when nothing went wrong that is worth an error.
    func perform(in context: CommandContext) async throws -> ExitStatus
}
