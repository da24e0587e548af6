import CLinux
import Glibc

/// Copies single files from one folder tree into another without ever following a symbolic link.
///
/// A copy shares no storage that writing could reach: it is cloned where the file system clones, else its bytes are
/// copied; never hard-linked. Nothing that exists in the target is replaced. Blocking.
package struct FolderCopy: Sendable {
    package enum Outcome: Hashable, Sendable {
        case copied(sizeInBytes: Int)
        /// Something stands there already.
        case exists
        /// A symbolic link lies on the way, or it is no regular file.
        case refused
        /// The file is larger than allowed.
        case tooLarge
        /// It went away meanwhile.
        case gone
    }

    private let source: String
    private let target: String

    /// Both are absolute paths of folders.
    package init(from source: String, to target: String) {
        self.source = source
        self.target = target
    }

    /// Copies a file with its permissions and its time of change.
    ///
    /// - `limitInBytes`: a larger file is not copied.
    package func copy(_ path: GitPath, limitInBytes: Int) throws(GitError) -> Outcome {
        guard path.isSafe else { return .refused }
        let input = try open(path)
        guard input >= 0 else { return errno == ENOENT ? .gone : .refused }
        defer { close(input) }
        var status = stat()
        guard fstat(input, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .refused }
        guard Int(status.st_size) <= limitInBytes else { return .tooLarge }
        let folder = try folder(of: path, below: target, isMade: true)
        guard folder >= 0 else { return .refused }
        defer { close(folder) }
        let name = Self.cString(path.name)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let output = linux_openat(folder, name, flags, 0o600)
        guard output >= 0 else {
            let reason = errno
            if reason == EEXIST || reason == ELOOP { return .exists }
            throw GitError.system("create", "\(target)/\(path)", status: reason)
        }
        defer { close(output) }
        let (reason, size) = Self.transfer(from: input, to: output, limitInBytes: limitInBytes)
        if reason != 0 {
            unlinkat(folder, name, 0)
            if reason == EFBIG { return .tooLarge }
            throw GitError.system("write", "\(target)/\(path)", status: reason)
        }
        fchmod(output, status.st_mode & 0o777)
        // Tools that decide by time whether something is up to date must find the copy as they left the original.
        let times = [status.st_atim, status.st_mtim]
        futimens(output, times)
        return .copied(sizeInBytes: size)
    }

    /// The file opened for reading, or -1 with `errno`.
    private func open(_ path: GitPath) throws(GitError) -> Int32 {
        let folder = try folder(of: path, below: source, isMade: false)
        guard folder >= 0 else { return -1 }
        defer { close(folder) }
        // Not blocking: it may be a pipe.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        return linux_openat(folder, Self.cString(path.name), flags, 0)
    }

    /// A name for the system, whose names need not be UTF-8.
    private static func cString(_ name: some Sequence<UInt8>) -> [CChar] { name.map(CChar.init(bitPattern:)) + [0] }

    /// Walks to the folder a path lies in, one name at a time; -1 with `errno` where something else is on the way.
    private func folder(of path: GitPath, below root: String, isMade: Bool) throws(GitError) -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        // The root itself is the caller's and may be reached through a link.
        var current = linux_openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard current >= 0 else { throw GitError.system("open", root, status: errno) }
        for component in path.components.dropLast() {
            let name = Self.cString(component)
            if isMade { mkdirat(current, name, 0o777) }
            let next = linux_openat(current, name, flags, 0)
            let reason = errno
            close(current)
            errno = reason
            guard next >= 0 else { return -1 }
            current = next
        }
        return current
    }

    /// Copies all bytes; returns 0 or the error number (`EFBIG` over the limit), and the count.
    private static func transfer(from input: Int32, to output: Int32, limitInBytes: Int) -> (reason: Int32, size: Int) {
        var size = 0
        while size <= limitInBytes {
            // Clones on file systems that can; 0 is the end, or a file system that only pretends to copy.
            let count = linux_copy_file_range(input, output, 1 << 26)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            size += count
        }
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while size <= limitInBytes {
            let count = read(input, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return (errno, size) }
            guard count > 0 else { return (0, size) }
            let reason = chunk[..<count].withUnsafeBytes { FileBytes.write(output, $0) }
            guard reason == 0 else { return (reason, size) }
            size += count
        }
        return (EFBIG, size)
    }
}
