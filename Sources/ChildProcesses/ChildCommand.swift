/// A program to run, with all it is given.
package struct ChildCommand: Sendable, Hashable {
    /// The program and its arguments; a program without a slash is looked up in the command's own `PATH`.
    package var arguments: [String]
    /// The whole environment; nothing is inherited.
    package var environment: [String: String]
    /// Absolute path of the folder the program starts in.
    package var workingDirectory: String
    /// What the program reads from standard input; empty means `/dev/null`.
    package var standardInput: [UInt8]

    package init(
        arguments: [String],
        environment: [String: String],
        workingDirectory: String,
        standardInput: [UInt8] = []
    ) {
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.standardInput = standardInput
    }
}
