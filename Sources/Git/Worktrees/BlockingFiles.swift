import Glibc

/// Pipes and devices where git reads files, at which it would wait for ever.
///
/// Agents and test commands can put them there. They hold nothing, so nothing is lost with them. A link to a pipe counts as
/// one, because libgit2 follows it; a link to `/dev/null`, by which people switch a hook off, does not wait.
package enum BlockingFiles {
    /// Removes those below a folder of git's own, whatever they are called.
    ///
    /// - Returns: paths of what was removed.
    package static func remove(inGitFolder folder: String) throws(GitError) -> [String] {
        try remove(below: Array(folder.utf8), isGitFolder: true)
    }

    /// Removes those of a working tree that git reads because of their names, and those of repositories inside it.
    ///
    /// A pipe with any other name is nobody's business. Reads every folder of the tree.
    ///
    /// - Returns: paths of what was removed.
    package static func remove(inWorkingTree folder: String) throws(GitError) -> [String] {
        try remove(below: Array(folder.utf8), isGitFolder: false)
    }

    private static let dotGit = Array(".git".utf8)
    /// What git reads in every folder of a working tree.
    private static let names: Set<[UInt8]> = [
        dotGit, Array(".gitignore".utf8), Array(".gitattributes".utf8), Array(".gitmodules".utf8),
    ]

    private static func remove(below folder: [UInt8], isGitFolder: Bool) throws(GitError) -> [String] {
        var removed: [String] = []
        let prefix = folder.last == 0x2F ? folder : folder + [0x2F]
        for entry in entries(of: folder) {
            let isRead = isGitFolder || names.contains(entry.name)
            let path = prefix + entry.name
            switch entry.type {
            case Int(DT_REG): continue
            case Int(DT_DIR):
                removed += try remove(below: path, isGitFolder: isRead && (isGitFolder || entry.name == dotGit))
            default:
                guard isRead, isBlocking(path) else { continue }
                let text = String(decoding: path, as: UTF8.self)
                guard unlink(zeroEnded(path)) == 0 || errno == ENOENT else {
                    throw GitError.system("delete", text, status: errno)
                }
                removed.append(text)
            }
        }
        return removed
    }

    /// The number of `/dev/null`, which Linux never changes: major 1, minor 3.
    private static let nullDevice: dev_t = 0x103

    /// Whether opening the path, or reading it to its end, may wait.
    private static func isBlocking(_ path: [UInt8]) -> Bool {
        var (own, target) = (stat(), stat())
        guard lstat(zeroEnded(path), &own) == 0, stat(zeroEnded(path), &target) == 0 else { return false }
        let isNull = own.st_mode & S_IFMT == S_IFLNK && target.st_rdev == nullDevice
        return !isNull && [S_IFIFO, S_IFCHR, S_IFBLK].contains(target.st_mode & S_IFMT)
    }

    /// Names and types of a folder's entries; a folder that cannot be read has none, neither for git.
    private static func entries(of folder: [UInt8]) -> [(name: [UInt8], type: Int)] {
        guard let stream = opendir(zeroEnded(folder)) else { return [] }
        defer { closedir(stream) }
        var entries: [(name: [UInt8], type: Int)] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard name != [0x2E], name != [0x2E, 0x2E] else { continue }
            let type = Int(entry.pointee.d_type)
            entries.append((name, type == Int(DT_UNKNOWN) ? self.type(of: folder + [0x2F] + name) : type))
        }
        return entries
    }

    /// The type of an entry on file systems that do not tell it with the name.
    private static func type(of path: [UInt8]) -> Int {
        var status = stat()
        guard lstat(zeroEnded(path), &status) == 0 else { return Int(DT_UNKNOWN) }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: Int(DT_REG)
        case S_IFDIR: Int(DT_DIR)
        default: Int(DT_UNKNOWN)
        }
    }

    private static func zeroEnded(_ path: [UInt8]) -> [CChar] { path.map(CChar.init(bitPattern:)) + [0] }
}
