import Foundation
import Glibc

/// Reads and writes the few small files the guard cares for; blocking, so it belongs on a lane.
enum GuardFiles {
    /// A regular file's bytes and its permissions.
    struct Content: Hashable, Sendable {
        var bytes: [UInt8]
        var permissions: UInt16
    }

    /// Most bytes of a file that are looked at.
    private static let limitInBytes = 64 << 20

    /// `nil` when there is no regular file, or it cannot be read.
    static func read(_ path: String, from offset: Int = 0) -> [UInt8]? {
        // Not blocking: an agent may have put a pipe there.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        if offset > 0 { lseek(descriptor, off_t(offset), SEEK_SET) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count >= limitInBytes { return bytes }
        }
    }

    static func content(_ path: String) -> Content? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let bytes = read(path) else { return nil }
        return Content(bytes: bytes, permissions: UInt16(status.st_mode & 0o7777))
    }

    static func text(_ path: String, from offset: Int = 0) -> String? {
        read(path, from: offset).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Size in bytes; 0 when there is no such file.
    static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Size in bytes without following a link; 0 when there is no such file.
    static func sizeOfFile(_ path: String) -> Int {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    }

    /// Replaces a file in one step; the folder is created when missing.
    static func write(_ content: Content, to path: String) throws {
        try createFolder((path as NSString).deletingLastPathComponent)
        let draft = path + ".switchyard-\(getpid())"
        // A dangling draft can only be ours: the name holds our process id.
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        var written = 0
        while written < content.bytes.count {
            let count = content.bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure(path)
                close(descriptor)
                unlink(draft)
                throw error
            }
            written += count
        }
        fchmod(descriptor, mode_t(content.permissions))
        close(descriptor)
        guard rename(draft, path) == 0 else { throw failure(path) }
    }

    static func write(_ text: String, to path: String, isExecutable: Bool = false) throws {
        try write(Content(bytes: Array(text.utf8), permissions: isExecutable ? 0o755 : 0o644), to: path)
    }

    static func createFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Paths of all files below a folder, relative to it, sorted; empty when the folder is missing.
    static func files(below folder: String) -> [String] {
        guard let names = FileManager.default.enumerator(atPath: folder) else { return [] }
        var files: [String] = []
        for case let name as String in names {
            var status = stat()
            if lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT != S_IFDIR { files.append(name) }
        }
        return files.sorted()
    }

    static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The path without symbolic links, or as given when it does not exist.
    static func real(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }

    private static func failure(_ path: String) -> OrchestratorError {
        OrchestratorError(
            .isolationBroken,
            "Cannot write '\(path)': \(String(cString: strerror(errno))).",
            hint: "Check free space and who owns the folder."
        )
    }
}
