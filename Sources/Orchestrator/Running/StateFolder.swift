import Foundation

/// The folder that holds journals, worktrees and embedded stores.
package enum StateFolder {
    /// Makes the folder where it is missing.
    ///
    /// It keeps itself out of `git status`, whatever the repository's own ignore rules are.
    package static func prepare(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let rule = path + "/.gitignore"
        if !FileManager.default.fileExists(atPath: rule) { try Data("*\n".utf8).write(to: URL(filePath: rule)) }
    }
}
