import CLinux
import Glibc

/// Small whole-file reads and writes inside git folders.
enum FileBytes {
    /// The file's bytes, or `nil` when there is no such file, or something that is no file stands there.
    static func read(_ path: String) throws(GitError) -> [UInt8]? {
        // Not blocking: somebody may have put a pipe there.
        let descriptor = linux_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0)
        guard descriptor >= 0 else {
            let status = errno
            if status == ENOENT || status == ENOTDIR { return nil }
            throw GitError.system("read", path, status: status)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw GitError.system("read", path, status: errno) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// The file's text without white space at its ends, or `nil` when there is no such file.
    static func line(_ path: String) throws(GitError) -> String? {
        guard var bytes = try read(path) else { return nil }
        while let last = bytes.last, last == 0x0A || last == 0x0D || last == 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Creates a file that must not exist yet.
    static func create(_ path: String, _ text: String) throws(GitError) {
        let descriptor = linux_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw GitError.system("create", path, status: errno) }
        defer { close(descriptor) }
        let status = Array(text.utf8).withUnsafeBytes { write(descriptor, $0) }
        guard status == 0 else { throw GitError.system("write", path, status: status) }
    }

    /// Writes everything; returns 0 or the error number.
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        var offset = 0
        while offset < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            offset += count
        }
        return 0
    }

    /// Makes a folder and the ones above it.
    static func makeFolders(_ path: String) throws(GitError) {
        if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw GitError.system("create the folder", path, status: errno)
        }
        try makeFolders(String(path[..<slash]))
        if mkdir(path, 0o777) != 0, errno != EEXIST { throw GitError.system("create the folder", path, status: errno) }
    }

    /// The names in a folder, `.` and `..` left out; empty when there is no such folder.
    static func names(in folder: String) throws(GitError) -> [String] {
        try names(in: Array(folder.utf8CString)).map(text(of:)).sorted()
    }

    /// The same as bytes that end in a zero: names need not be UTF-8.
    private static func names(in folder: [CChar]) throws(GitError) -> [[CChar]] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw GitError.system("list", text(of: folder), status: errno)
        }
        defer { closedir(stream) }
        var names: [[CChar]] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { start in
                    Array(UnsafeBufferPointer(start: start, count: strlen(start) + 1))
                }
            }
            if name != [0x2E, 0], name != [0x2E, 0x2E, 0] { names.append(name) }
        }
        return names
    }

    private static func text(of name: [CChar]) -> String {
        String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Deletes a file or a whole folder without following symbolic links; what is gone already is fine.
    static func removeAll(_ path: String) throws(GitError) { try removeAll(Array(path.utf8CString)) }

    private static func removeAll(_ path: [CChar]) throws(GitError) {
        // Nearly everything is a file, so it is tried as one; the kernel says when it is a folder.
        if unlink(path) == 0 { return }
        let refusal = errno
        if refusal == ENOENT { return }
        var status = stat()
        guard refusal == EISDIR || refusal == EPERM, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR
        else {
            throw GitError.system("delete", text(of: path), status: refusal)
        }
        // A folder somebody took the rights from can still be emptied by its owner.
        if status.st_mode & 0o700 != 0o700 { chmod(path, 0o700) }
        for name in try names(in: path) { try removeAll(path.dropLast() + [0x2F] + name) }
        guard rmdir(path) == 0 || errno == ENOENT else {
            throw GitError.system("delete", text(of: path), status: errno)
        }
    }

    /// Whether anything stands at the path; a dangling symbolic link counts.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Whether a folder stands at the path; a symbolic link to one does not count.
    static func isFolder(_ path: String) throws(GitError) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return false }
            throw GitError.system("look at", path, status: errno)
        }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    /// Puts a file in another's place in one step.
    static func rename(_ path: String, to target: String) throws(GitError) {
        guard Glibc.rename(path, target) == 0 else { throw GitError.system("replace", target, status: errno) }
    }
}
