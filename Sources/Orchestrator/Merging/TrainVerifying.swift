package import Git
package import RunModel

/// Tries one commit: the train asks, something else runs the commands.
package protocol TrainVerifying: Sendable {
    /// There is something to run; without it no commit is tried and no fact is told.
    var isNeeded: Bool { get }

    /// Runs everything that must pass on exactly that commit.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, another error when the commit could not be tried; a
    ///   command that fails is a result.
    func verify(_ commit: OID) async throws -> VerifyFinished
}
