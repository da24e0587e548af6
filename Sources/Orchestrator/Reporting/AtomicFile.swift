import CLinux
package import Foundation
import Glibc

/// Replaces whole files so that a reader sees the old or the new content, never a part, also after a crash.
package enum AtomicFile {
    /// Writes a temporary file beside the target, brings it to disk, renames it over the target, and brings the
    /// folder to disk; makes missing folders.
    ///
    /// An existing file keeps its permissions; a new one gets `0644` less the process's mask. Blocks on the disk.
    package static func write(_ data: Data, to path: String) throws(ReportingError) {
        let folder = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path, why: "the folder '\(folder)' cannot be made: \(error.localizedDescription)")
        }
        let temporary = "\(path).\(getpid())-\(UUID().uuidString.prefix(8)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode(of: path))
        guard descriptor >= 0 else { throw .cannotWrite(path, why: lastSystemError()) }
        do {
            defer { close(descriptor) }
            try fill(descriptor, with: data, path: path)
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let why = lastSystemError()
            unlink(temporary)
            throw .cannotWrite(path, why: why)
        }
        synchronizeFolder(folder)
    }

    /// Writes text as UTF-8; see ``write(_:to:)-(Data,_)``.
    package static func write(_ text: String, to path: String) throws(ReportingError) {
        try write(Data(text.utf8), to: path)
    }

    private static func fill(_ descriptor: Int32, with data: Data, path: String) throws(ReportingError) {
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .cannotWrite(path, why: lastSystemError()) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw .cannotWrite(path, why: lastSystemError()) }
    }

    private static func mode(of path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o644
    }

    /// Makes the rename itself durable; a file system that refuses to do so has still renamed.
    private static func synchronizeFolder(_ folder: String) {
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func lastSystemError() -> String { String(cString: strerror(errno)) }
}
