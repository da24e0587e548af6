package import RunModel

/// A task file as it was read: its parts with their places in the source, not yet joined or checked.
package struct TaskFile: Sendable {
    /// The path as given, for messages.
    package var file: String
    /// What reading found wrong.
    package var findings: [Finding] = []

    package init(file: String) {
        self.file = file
    }
}
