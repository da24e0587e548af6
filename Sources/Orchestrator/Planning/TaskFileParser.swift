/// Reads Markdown task files in the shapes people write for coding agents.
package enum TaskFileParser {
    /// Reads a task file; never fails, what it could not use is in the findings of the result.
    package static func parse(_ source: [UInt8], file: String) -> TaskFile {
        TaskFile(file: file)
    }
}
