import Foundation

/// A real git repository in a temporary folder, driven through the `git` command.
///
/// The folder holds `home` (the stand-in for the user's home), `main` (the working tree) and bare remotes beside it.
/// Identity and dates are fixed, so equal steps give equal commit ids.
package struct TemporaryRepository: Sendable {
    package let folder: TemporaryFolder
    /// Absolute path of the main working tree.
    package let path: String
    package let gitFixture: GitFixture

    /// Creates a repository on the unborn branch `main`, with an identity in its own settings.
    package init(in folder: TemporaryFolder, named name: String = "main") throws {
        self.folder = folder
        path = folder.appending(name)
        gitFixture = GitFixture(home: folder.appending("home"))
        for needed in [path, gitFixture.home] {
            try FileManager.default.createDirectory(atPath: needed, withIntermediateDirectories: true)
        }
        try git("init", "--quiet", "-b", "main")
        try git("config", "user.name", "Ada Example")
        try git("config", "user.email", "ada@example.org")
        try git("config", "gc.auto", "0")
    }

    /// Runs `git` in the working tree and returns what it printed, without the last line feed.
    @discardableResult
    package func git(_ arguments: String...) throws -> String { try gitFixture(arguments, in: path) }

    /// Runs `git` in another folder: a worktree, a remote.
    @discardableResult
    package func git(in folder: String, _ arguments: String...) throws -> String {
        try gitFixture(arguments, in: folder)
    }

    /// Runs `git` in the working tree and returns status and output, whatever the status.
    package func tryGit(_ arguments: String...) throws -> GitFixture.Output {
        try gitFixture.run(arguments, in: path)
    }

    /// Writes a file of the working tree.
    package func write(_ text: String, to name: String, isExecutable: Bool = false) throws {
        try TestFile.write(Data(text.utf8), to: path + "/" + name, isExecutable: isExecutable)
    }

    /// Reads a file of the working tree.
    package func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path + "/" + name)), as: UTF8.self)
    }

    /// Writes the files, commits everything in the working tree, and returns the commit (hex).
    @discardableResult
    package func commit(_ message: String, files: [String: String] = [:]) throws -> String {
        for (name, text) in files { try write(text, to: name) }
        try git("add", "--all")
        try git("commit", "--quiet", "--allow-empty", "-m", message)
        return try git("rev-parse", "HEAD")
    }

    /// Commits the files on a branch that starts at `base`, returns the commit, and goes back to the branch before.
    @discardableResult
    package func branch(
        _ name: String,
        from base: String = "main",
        message: String? = nil,
        files: [String: String] = [:],
        removing removed: [String] = []
    ) throws -> String {
        let before = try git("symbolic-ref", "--short", "HEAD")
        try git("checkout", "--quiet", "-b", name, base)
        for path in removed { try git("rm", "--quiet", path) }
        let commit = try commit(message ?? "work on \(name)", files: files)
        try git("checkout", "--quiet", before)
        return commit
    }

    /// Creates a bare remote, pushes the branch to it with upstream, and returns the remote's path.
    @discardableResult
    package func addBareRemote(_ name: String = "origin", pushing branch: String? = "main") throws -> String {
        let remote = folder.appending("\(name).git")
        try git("init", "--quiet", "--bare", "-b", "main", remote)
        try git("remote", "add", name, remote)
        if let branch { try git("push", "--quiet", "-u", name, branch) }
        return remote
    }

    /// The commit (hex) a revision names.
    package func commitID(_ revision: String = "HEAD") throws -> String {
        try git("rev-parse", "--verify", "\(revision)^{commit}")
    }

    /// Every ref with its object id, one `id name` line each, sorted by name.
    package func refs() throws -> String { try git("for-each-ref", "--format=%(objectname) %(refname)") }

    /// Paths in a commit's tree, sorted.
    package func files(at revision: String = "HEAD") throws -> [String] {
        try git("ls-tree", "-r", "--name-only", revision).split(separator: "\n").map(String.init)
    }

    /// A file's text at a commit.
    package func text(of name: String, at revision: String = "HEAD") throws -> String {
        try gitFixture.run(["show", "\(revision):\(name)"], in: path).standardOutput
    }

    /// `git status --porcelain`: empty when the working tree is clean.
    package func status() throws -> String { try git("status", "--porcelain") }
}

/// Runs the body with a new repository that has no commit yet, and removes it afterwards.
package func withTemporaryRepository<Result>(_ body: (TemporaryRepository) throws -> Result) throws -> Result {
    try withTemporaryFolder { folder in try body(TemporaryRepository(in: folder)) }
}

/// Runs the body with a new repository that has no commit yet, and removes it afterwards.
package func withTemporaryRepository<Result>(
    _ body: (TemporaryRepository) async throws -> Result
) async throws -> Result {
    try await withTemporaryFolder { folder in try await body(TemporaryRepository(in: folder)) }
}
