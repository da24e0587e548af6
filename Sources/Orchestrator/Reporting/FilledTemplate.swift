/// A task file's report template with its blanks filled in from what happened.
package struct FilledTemplate: Hashable, Sendable, Codable {
    package var text: String
    /// What could not be filled or was corrected, one sentence each.
    package var notes: [String]
}
