import Foundation

extension GuardSite {
    /// Whether the files that join worktree and repository say what they said when the worktree was made.
    ///
    /// An agent can write all of them. Looks at files only: git must not follow them before.
    var isLinked: Bool {
        guard GuardFiles.isFolder(worktreeGitFolder),
            let gitFolder = GuardFiles.text(worktree + "/.git"), gitFolder.hasPrefix("gitdir: "),
            let common = GuardFiles.text(worktreeGitFolder + "/commondir")
        else { return false }
        let target = Self.resolved(String(gitFolder.dropFirst("gitdir: ".count)), from: worktree)
        return target == GuardFiles.real(worktreeGitFolder)
            && Self.resolved(common, from: worktreeGitFolder) == GuardFiles.real(commonFolder)
    }

    private static func resolved(_ text: String, from folder: String) -> String {
        let path = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return GuardFiles.real(path.hasPrefix("/") ? path : folder + "/" + path)
    }
}
