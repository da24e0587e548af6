import CLinux
import Foundation
import Git
import Glibc
package import Services

/// Keeps a holder whose lease ended without its notice from landing.
///
/// The greatest token that ever prepared to land on a branch is kept in a file. A holder raises it to its own token when
/// it begins, and it is compared again while the branch is locked for the move.
package struct LandingFence: Sendable {
    package let lease: Lease
    /// Absolute path of the file with the greatest token.
    package let path: String
    private let isCurrent: @Sendable () async -> Bool

    /// Makes the fence of a lease, with the file in a folder.
    ///
    /// Keep the folder (an absolute path) beside the lock store, so that both start anew together. `isCurrent` asks the
    /// lock store whether the lease may still be acted on.
    package init(lease: Lease, folder: String, isCurrent: @escaping @Sendable () async -> Bool) {
        self.lease = lease
        self.isCurrent = isCurrent
        path = "\(folder)/\(LockFileName.of(lease.name)).fence"
    }

    /// The fence of a lease granted by that lock.
    package init(lease: Lease, folder: String, lock: LeaseLock) {
        self.init(lease: lease, folder: folder) { await lock.isCurrent(lease) }
    }

    /// The lock's name for landing on a branch of a repository.
    package static func lockName(repository: String, branch: String) -> String { "land:\(repository):\(branch)" }

    /// Asks the lock store whether the lease is still the newest.
    func isHeld() async -> Bool { await isCurrent() }

    /// Raises the stored token to this lease's; blocking.
    ///
    /// - Returns: The stored token when it is greater, and nothing was changed.
    /// - Throws: `ServicesError` when the file cannot be used.
    package func raise() throws(ServicesError) -> FencingToken? {
        let folder = path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)
        do {
            try FileManager.default.createDirectory(atPath: String(folder), withIntermediateDirectories: true)
        } catch {
            throw .lockStore(path: path, why: "\(error)")
        }
        let descriptor = linux_openat(AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .lockStore(path: path, why: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .lockStore(path: path, why: String(cString: strerror(errno))) }
        }
        let stored = Self.read(descriptor)
        if stored > lease.token { return stored }
        // Always the same length, so that no shorter number leaves digits of a longer one behind.
        let digits = String(lease.token.rawValue)
        let line = String(repeating: "0", count: 20 - digits.count) + digits + "\n"
        let count = Array(line.utf8).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard count == line.utf8.count, fdatasync(descriptor) == 0 else {
            throw .lockStore(path: path, why: String(cString: strerror(errno)))
        }
        return nil
    }

    /// The greatest token stored so far, zero when there is none; blocking.
    func storedToken() -> FencingToken {
        let descriptor = linux_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return FencingToken(0) }
        defer { close(descriptor) }
        return Self.read(descriptor)
    }

    private static func read(_ descriptor: Int32) -> FencingToken {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return FencingToken(0) }
        return FencingToken(UInt64(String(decoding: bytes[..<count], as: UTF8.self)) ?? 0)
    }
}
