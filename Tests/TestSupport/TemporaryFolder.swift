package import Foundation

/// A folder of its own for one test, removed when the scope ends.
package struct TemporaryFolder: Sendable {
    /// Absolute path without symbolic links and without a trailing slash.
    package let path: String

    /// Creates an empty folder below the system's temporary folder.
    package init() throws {
        let name = "switchyard-test-\(UUID().uuidString.lowercased())"
        let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().appending(path: name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path(percentEncoded: false)
    }

    /// The absolute path of a name inside the folder.
    package func appending(_ name: String) -> String { path + "/" + name }

    /// Writes a text file, with the folders it needs, and returns its absolute path.
    @discardableResult
    package func write(_ text: String, to name: String, isExecutable: Bool = false) throws -> String {
        try write(Data(text.utf8), to: name, isExecutable: isExecutable)
    }

    /// Writes a file of bytes, with the folders it needs, and returns its absolute path.
    @discardableResult
    package func write(_ data: Data, to name: String, isExecutable: Bool = false) throws -> String {
        try TestFile.write(data, to: appending(name), isExecutable: isExecutable)
        return appending(name)
    }

    /// Reads a text file; invalid UTF-8 is replaced.
    package func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: appending(name))), as: UTF8.self)
    }

    /// Tells whether something stands at that name.
    package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: appending(name)) }

    /// Names of everything directly inside a folder below this one, sorted.
    package func list(_ name: String = ".") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: appending(name)).sorted()
    }

    /// Removes the folder, also where a test took away the right to write in it.
    package func remove() {
        if (try? FileManager.default.removeItem(atPath: path)) != nil { return }
        let names = FileManager.default.enumerator(atPath: path)
        while let name = names?.nextObject() as? String {
            // Clean-up of what a test left; the removal below fails if it mattered.
            try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: appending(name))
        }
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Runs the body with a new empty folder and removes the folder afterwards, also when the body throws.
package func withTemporaryFolder<Result>(_ body: (TemporaryFolder) throws -> Result) throws -> Result {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    return try body(folder)
}

/// Runs the body with a new empty folder and removes the folder afterwards, also when the body throws.
package func withTemporaryFolder<Result>(_ body: (TemporaryFolder) async throws -> Result) async throws -> Result {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    return try await body(folder)
}
