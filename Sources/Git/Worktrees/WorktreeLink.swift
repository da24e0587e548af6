import Glibc

/// The files by which a linked worktree and its repository know each other.
///
/// Whoever works in the worktree can write all of them. Git takes settings, and with them programs to run, from
/// wherever they lead, so this looks at the files alone.
package struct WorktreeLink: Hashable, Sendable {
    /// Absolute path of the worktree.
    package let worktree: String
    /// Absolute path of its own git folder: `<common>/worktrees/<name>`.
    package let gitFolder: String
    /// Absolute path of the git folder that all worktrees share.
    package let commonFolder: String

    package init(worktree: String, gitFolder: String, commonFolder: String) {
        self.worktree = worktree
        self.gitFolder = gitFolder
        self.commonFolder = commonFolder
    }

    /// Whether the worktree leads to its git folder, and that one to the shared one, as when they were made.
    package var isWhole: Bool {
        let lead = "gitdir: "
        guard let pointer = try? FileBytes.line(worktree + "/.git"), pointer.hasPrefix(lead),
            let common = try? FileBytes.line(gitFolder + "/commondir"),
            let target = Self.real(String(pointer.dropFirst(lead.count)), from: worktree)
        else { return false }
        return target == Self.real(gitFolder, from: "/")
            && Self.real(common, from: gitFolder) == Self.real(commonFolder, from: "/")
    }

    /// The path without symbolic links; `nil` when nothing is there.
    private static func real(_ path: String, from folder: String) -> String? {
        guard let found = realpath(path.hasPrefix("/") ? path : folder + "/" + path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
