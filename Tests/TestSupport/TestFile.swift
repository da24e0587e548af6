import Foundation

/// Writes files of tests, with the folders they need.
enum TestFile {
    static func write(_ data: Data, to path: String, isExecutable: Bool) throws {
        let url = URL(filePath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        guard isExecutable else { return try data.write(to: url) }
        // By a process of its own: a child that another thread starts meanwhile would hold the file open for writing, and
        // nobody could run it ("Text file busy").
        let draft = path + ".draft"
        try data.write(to: URL(filePath: draft))
        defer { try? FileManager.default.removeItem(atPath: draft) }
        let copied = try SpawnedCommand.run(
            ["/usr/bin/install", "-m", "755", draft, path],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        guard copied.status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
