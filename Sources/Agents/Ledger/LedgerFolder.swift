import Foundation
import Glibc

/// One open folder of the ledger; everything in it is reached through its descriptor, so that nothing can be swapped in
/// between.
///
/// Symbolic links that lead out of the repository are refused, as folder and as file. All calls block on the disk.
struct LedgerFolder: ~Copyable {
    private let descriptor: Int32
    /// For messages.
    let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens the folder; `nil` when it is missing and shall not be made.
    static func open(
        _ path: String,
        in repository: String,
        isMaking: Bool
    ) throws(AgentsError) -> LedgerFolder? {
        let isAbsolute = path.hasPrefix("/")
        let root = isAbsolute ? "/" : repository
        var parts = path.split(separator: "/").map(String.init).filter { $0 != "." }
        guard !parts.contains(".."), !path.utf8.contains(0) else { throw .ledgerPathOutside(path, of: repository) }
        // A link that stays inside is followed once resolved; links in links end the search.
        for _ in 0..<8 {
            switch try walk(parts, from: root, isMaking: isMaking) {
            case .opened(let descriptor): return LedgerFolder(descriptor: descriptor, path: path)
            case .missing: return nil
            case .link(let index):
                let place = (root == "/" ? "" : root) + "/" + parts[...index].joined(separator: "/")
                guard let real = realPath(place), let realRoot = realPath(root),
                    isAbsolute || real.hasPrefix(realRoot + "/")
                else { throw .ledgerPathOutside(path, of: repository) }
                let inside = isAbsolute ? real : String(real.dropFirst(realRoot.count))
                parts = inside.split(separator: "/").map(String.init) + parts[(index + 1)...]
            }
        }
        throw .ledgerPathOutside(path, of: repository)
    }

    private enum Walk {
        case opened(Int32)
        case missing
        /// The component at the index is a symbolic link.
        case link(Int)
    }

    private static func walk(_ parts: [String], from root: String, isMaking: Bool) throws(AgentsError) -> Walk {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        var descriptor = Glibc.open(root, flags)
        guard descriptor >= 0 else { throw .ledgerUnwritable(root, why: lastSystemError()) }
        for (index, part) in parts.enumerated() {
            var next = openat(descriptor, part, flags | O_NOFOLLOW)
            if next < 0, errno == ENOENT {
                guard isMaking else {
                    close(descriptor)
                    return .missing
                }
                // Somebody else may make it at the same time.
                if mkdirat(descriptor, part, 0o777) == 0 || errno == EEXIST {
                    fsync(descriptor)
                    next = openat(descriptor, part, flags | O_NOFOLLOW)
                }
            }
            let failure = errno
            if next < 0 {
                var status = stat()
                let isLink =
                    fstatat(descriptor, part, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFLNK
                close(descriptor)
                if isLink { return .link(index) }
                let place = root + "/" + parts[...index].joined(separator: "/")
                throw .ledgerUnwritable(place, why: String(cString: strerror(failure)))
            }
            close(descriptor)
            descriptor = next
        }
        return .opened(descriptor)
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    // MARK: Files

    /// Names of the plain files directly inside, sorted; hidden and temporary ones are left out.
    func names() throws(AgentsError) -> [String] {
        try entries(folders: false)
    }

    /// Names of the folders directly inside, sorted.
    func folderNames() throws(AgentsError) -> [String] {
        try entries(folders: true)
    }

    private func entries(folders: Bool) throws(AgentsError) -> [String] {
        // A descriptor of its own: closing the listing closes it, and its position is nobody else's.
        let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let listing = fdopendir(own) else {
            throw .ledgerUnreadable(path, why: lastSystemError())
        }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix("."), !name.hasSuffix(".tmp") else { continue }
            var kind = Int32(entry.pointee.d_type)
            if kind == Int32(DT_UNKNOWN) {
                var status = stat()
                guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
                kind = status.st_mode & S_IFMT == S_IFREG ? Int32(DT_REG) : Int32(DT_DIR)
            }
            if kind == Int32(folders ? DT_DIR : DT_REG) { names.append(name) }
        }
        return names.sorted()
    }

    /// Tells whether anything stands at that name.
    func contains(_ name: String) -> Bool {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// The file's bytes; `nil` when it is missing.
    ///
    /// - Throws: `AgentsError` when it is a link, no plain file, or larger than the limit.
    func read(_ name: String, limitInBytes: Int) throws(AgentsError) -> [UInt8]? {
        let file = path + "/" + name
        let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if opened < 0, errno == ENOENT { return nil }
        guard opened >= 0 else { throw .ledgerUnreadable(file, why: lastSystemError()) }
        defer { close(opened) }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .ledgerUnreadable(file, why: "it is no plain file")
        }
        let size = Int(status.st_size)
        guard size <= limitInBytes else {
            throw .ledgerUnreadable(file, why: "it has \(size) bytes, more than the \(limitInBytes) that are read")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        var chunk = [UInt8](repeating: 0, count: min(max(size, 1), 1 << 20))
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(opened, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .ledgerUnreadable(file, why: lastSystemError()) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limitInBytes else { throw .ledgerUnreadable(file, why: "it grows while it is read") }
        }
    }

    /// Replaces files so that each has its old or its new content, also after a crash.
    ///
    /// All contents reach the disk before the first name changes. A file that exists keeps its permissions.
    func write(_ files: [(name: String, bytes: [UInt8])]) throws(AgentsError) {
        var written: [(temporary: String, name: String)] = []
        do throws(AgentsError) {
            for file in files { written.append((try writeTemporary(file.name, file.bytes), file.name)) }
            for (temporary, name) in written where renameat(descriptor, temporary, descriptor, name) != 0 {
                throw .ledgerUnwritable(path + "/" + name, why: lastSystemError())
            }
        } catch {
            for (temporary, _) in written { unlinkat(descriptor, temporary, 0) }
            throw error
        }
        fsync(descriptor)
    }

    private func writeTemporary(_ name: String, _ bytes: [UInt8]) throws(AgentsError) -> String {
        let temporary = ".\(name.prefix(100)).\(getpid())-\(UUID().uuidString.prefix(8)).tmp"
        var status = stat()
        var mode: mode_t = 0o666
        var isReplacing = false
        if fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .ledgerUnwritable(path + "/" + name, why: "something else than a plain file stands there")
            }
            mode = status.st_mode & 0o7777
            isReplacing = true
        }
        let opened = openat(descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard opened >= 0 else { throw .ledgerUnwritable(path + "/" + name, why: lastSystemError()) }
        defer { close(opened) }
        if isReplacing { fchmod(opened, mode) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(opened, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let why = lastSystemError()
                unlinkat(descriptor, temporary, 0)
                throw .ledgerUnwritable(path + "/" + name, why: why)
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(opened) == 0 else {
            let why = lastSystemError()
            unlinkat(descriptor, temporary, 0)
            throw .ledgerUnwritable(path + "/" + name, why: why)
        }
        return temporary
    }

    /// Moves a file as it is into another folder, never over another file.
    ///
    /// - Returns: `false`, with nothing changed, when the target's name is taken or the file is gone.
    func move(_ name: String, to folder: borrowing LedgerFolder, as target: String) throws(AgentsError) -> Bool {
        // A link first: unlike a rename it cannot replace what somebody put there in this moment.
        if linkat(descriptor, name, folder.descriptor, target, 0) != 0 {
            switch errno {
            case EEXIST, ENOENT: return false
            case EPERM, ENOTSUP, EMLINK, EXDEV: return try copy(name, to: folder, as: target)
            default: throw .ledgerUnwritable(folder.path + "/" + target, why: lastSystemError())
            }
        }
        fsync(folder.descriptor)
        remove(name)
        return true
    }

    /// Where the file system has no links.
    private func copy(_ name: String, to folder: borrowing LedgerFolder, as target: String) throws(AgentsError) -> Bool
    {
        guard !folder.contains(target), let bytes = try read(name, limitInBytes: .max) else { return false }
        try folder.write([(target, bytes)])
        remove(name)
        return true
    }

    /// Removes one name of a file that another name still leads to.
    func remove(_ name: String) {
        unlinkat(descriptor, name, 0)
        fsync(descriptor)
    }

    private func lastSystemError() -> String { Self.lastSystemError() }

    private static func lastSystemError() -> String { String(cString: strerror(errno)) }
}
