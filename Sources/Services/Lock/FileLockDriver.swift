import CLinux
import Foundation
import Locking

/// Leases as `flock` locks on one host: a lock ends with the process that holds it, however that ends.
///
/// Each name has a file in the folder. Its content is `<token> <holder>`; the token rises with every grant and survives
/// restarts. Several processes of one host share the folder safely; it must not lie on a network file system.
package final class FileLockDriver: LockDriver {
    private let folder: String
    private let descriptors = Lock<[String: Held]>([:])

    private static let recordSizeInBytes = 512

    private struct Held {
        var descriptor: Int32
        var lease: Lease
    }

    /// - Parameter folder: where the lock files live; made when missing.
    package init(folder: String) {
        self.folder = folder
    }

    package func acquire(_ request: LeaseRequest) async throws(ServicesError) -> LeaseAnswer {
        var granted: [Lease] = []
        for name in request.names {
            let answer: LeaseAnswer
            do {
                answer = try take(name, holder: request.holder)
            } catch {
                _ = release(granted)
                throw error
            }
            guard case .granted(let leases) = answer else {
                _ = release(granted)
                return answer
            }
            granted += leases
        }
        return .granted(granted)
    }

    private func take(_ name: String, holder: String) throws(ServicesError) -> LeaseAnswer {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .lockStore(path: folder, why: "\(error)")
        }
        let path = path(of: name)
        let descriptor = linux_openat(AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .lockStore(path: path, why: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = read(descriptor).holder
            close(descriptor)
            return .held(LeaseHolder(name: name, holder: holder, remaining: nil))
        }
        // Somebody may have removed the file between open and flock: then this lock guards nothing.
        guard isSameFile(descriptor, path) else {
            close(descriptor)
            return .held(LeaseHolder(name: name, holder: nil, remaining: nil))
        }
        let lease = Lease(name: name, holder: holder, token: FencingToken(read(descriptor).token + 1))
        guard write(lease, to: descriptor) else {
            let why = String(cString: strerror(errno))
            close(descriptor)
            throw .lockStore(path: path, why: why)
        }
        descriptors.withLock { $0[name] = Held(descriptor: descriptor, lease: lease) }
        return .granted([lease])
    }

    package func renew(_ leases: [Lease], timeToLive: Duration) async throws(ServicesError) -> Bool {
        for lease in leases where await !isCurrent(lease) { return false }
        return true
    }

    package func release(_ leases: [Lease]) -> Int {
        leases.count { lease in
            let descriptor = descriptors.withLock { held -> Int32? in
                guard held[lease.name]?.lease == lease else { return nil }
                return held.removeValue(forKey: lease.name)?.descriptor
            }
            guard let descriptor else { return false }
            // A child that was forked and has not yet executed shares the open file: closing alone would leave it locked.
            flock(descriptor, LOCK_UN)
            close(descriptor)
            return true
        }
    }

    package func records(prefix: String, after name: String?, limit: Int) -> [LockRecord] {
        []
    }

    package func isCurrent(_ lease: Lease) async -> Bool {
        guard let held = descriptors.withLock({ $0[lease.name] }), held.lease == lease else { return false }
        return isSameFile(held.descriptor, path(of: lease.name)) && read(held.descriptor).token == lease.token.rawValue
    }

    private func path(of name: String) -> String {
        "\(folder)/\(LockFileName.of(name)).lock"
    }

    private func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
        var opened = stat()
        var named = stat()
        guard fstat(descriptor, &opened) == 0, lstat(path, &named) == 0 else { return false }
        return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }

    private func read(_ descriptor: Int32) -> (token: UInt64, holder: String?) {
        var buffer = [UInt8](repeating: 0, count: Self.recordSizeInBytes)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return (0, nil) }
        let parts = String(decoding: buffer[..<count], as: UTF8.self).split(separator: " ", maxSplits: 1)
        let holder = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespacesAndNewlines) : nil
        return (parts.first.flatMap { UInt64($0) } ?? 0, holder)
    }

    private func write(_ lease: Lease, to descriptor: Int32) -> Bool {
        // One fixed-size write over the old content: a crash in between cannot leave an empty file, which would let
        // the token start again from nothing.
        let line = Array("\(lease.token) \(lease.holder)".utf8.prefix(Self.recordSizeInBytes - 1))
        let bytes = line + [UInt8](repeating: UInt8(ascii: " "), count: Self.recordSizeInBytes - 1 - line.count) + [10]
        return pwrite(descriptor, bytes, bytes.count, 0) == bytes.count && fsync(descriptor) == 0
    }
}
