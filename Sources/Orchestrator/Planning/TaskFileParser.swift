/// Reads Markdown task files in the shapes people write for coding agents.
package enum TaskFileParser {
    /// Reads a task file; never fails, what it could not use is in the findings of the result.
    package static func parse(_ source: [UInt8], file: String) -> TaskFile {
        var reader = TaskFileReader(source, file: file)
        return reader.read()
    }

    /// Reads a task file given as text.
    package static func parse(_ text: String, file: String) -> TaskFile {
        parse(Array(text.utf8), file: file)
    }
}
