import CLibGit2
import CLinux
import Dispatch
import Glibc
import Locking

/// Writes the files of a plan into all worktrees, each blob read once.
///
/// Every thread opens its own repository handle and takes runs of files from a shared counter. Symbolic links come
/// last, so that no path is ever resolved through one.
final class FanOutWriter: @unchecked Sendable {
    // Invariant that makes the unchecked conformance right: `stamps` has one slot per worktree and file, and each slot
    // is written by the one thread that took the file; everything else is constant or behind a lock.
    private let plan: FanOutPlan
    private let commonDirectory: String
    private let roots: [String]
    private let descriptors: [Int32]
    private let stamps: UnsafeMutablePointer<FileStamp>
    private let progress = Lock(Progress())

    private struct Progress {
        var nextFile = 0
        var error: GitError?
    }

    /// Opens the roots, which must exist and hold nothing but `.git`.
    init(plan: FanOutPlan, commonDirectory: String, roots: [String]) throws(GitError) {
        self.plan = plan
        self.commonDirectory = commonDirectory
        self.roots = roots
        var opened: [Int32] = []
        for root in roots {
            let descriptor = linux_openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
            guard descriptor >= 0 else {
                let status = errno
                for descriptor in opened { close(descriptor) }
                throw GitError.system("open the folder", root, status: status)
            }
            opened.append(descriptor)
        }
        descriptors = opened
        stamps = .allocate(capacity: max(1, roots.count * plan.files.count))
        stamps.initialize(repeating: FileStamp(), count: roots.count * plan.files.count)
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
        stamps.deallocate()
    }

    /// What the file system said about the plan's files in one worktree.
    func stamps(ofWorktree number: Int) -> UnsafeMutableBufferPointer<FileStamp> {
        UnsafeMutableBufferPointer(start: stamps + number * plan.files.count, count: plan.files.count)
    }

    /// Writes everything; throws the first error met.
    func write(threads: Int) throws(GitError) {
        try inParallel(threads) { writer, thread throws(GitError) in
            for number in stride(from: thread, to: writer.roots.count, by: threads) {
                try writer.makeFolders(number)
            }
        }
        if plan.filter == .builtin { try writeAttributes() }
        try inParallel(threads) { writer, _ throws(GitError) in try writer.writeFiles() }
        try inParallel(1) { writer, _ throws(GitError) in try writer.writeLateFiles() }
    }

    private func inParallel(
        _ threads: Int,
        _ body: @Sendable (FanOutWriter, Int) throws(GitError) -> Void
    ) throws(GitError) {
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            do throws(GitError) {
                try body(self, thread)
            } catch {
                progress.withLock { if $0.error == nil { $0.error = error } }
            }
        }
        if let error = progress.withLock({ $0.error }) { throw error }
    }

    private func makeFolders(_ number: Int) throws(GitError) {
        for folder in plan.folders {
            let status = folder.withCString { mkdirat(descriptors[number], $0, 0o777) == 0 ? 0 : errno }
            guard status == 0 else { throw failure("create the folder", folder, number, status) }
        }
    }

    /// The next run of files, or `nil` at the end or after an error.
    private func takeFiles() -> Range<Int>? {
        progress.withLock { progress in
            guard progress.error == nil, progress.nextFile < plan.files.count else { return nil }
            let start = progress.nextFile
            progress.nextFile = min(start + 64, plan.files.count)
            return start..<progress.nextFile
        }
    }

    private func writeFiles() throws(GitError) {
        let repository = try Repository(path: plan.filter == .builtin ? roots[0] : commonDirectory)
        let database = try repository.database()
        while let range = takeFiles() {
            for index in range {
                let file = plan.files[index]
                guard file.entry.mode.isRegular, !isLate(file) else { continue }
                try write(index, file, repository, database)
            }
        }
    }

    /// Attribute files go first into the first worktree, where libgit2 looks for them, and are replaced at the end.
    private func writeAttributes() throws(GitError) {
        let repository = try Repository(path: commonDirectory)
        for file in plan.files where isLate(file) {
            let bytes = try repository.blob(file.entry.oid)
            let status = file.path.withCString { path in
                bytes.withUnsafeBytes { Self.writeFile(descriptors[0], path, $0, isExecutable: false, into: nil) }
            }
            guard status == 0 else { throw failure("write", file.path, 0, status) }
        }
    }

    private func isLate(_ file: FanOutPlan.File) -> Bool {
        plan.filter == .builtin && file.entry.mode.isRegular && file.path.name == Array(".gitattributes".utf8)
    }

    private func writeLateFiles() throws(GitError) {
        let repository = try Repository(path: plan.filter == .builtin ? roots[0] : commonDirectory)
        let database = try repository.database()
        for (index, file) in plan.files.enumerated() {
            if isLate(file) {
                let status = file.path.withCString { unlinkat(descriptors[0], $0, 0) == 0 ? 0 : errno }
                guard status == 0 else { throw failure("replace", file.path, 0, status) }
                try write(index, file, repository, database)
            } else if file.entry.mode == .symlink {
                try writeLink(index, file, target: repository.blob(file.entry.oid))
            }
        }
    }

    private func write(
        _ index: Int,
        _ file: FanOutPlan.File,
        _ repository: borrowing Repository,
        _ database: borrowing Owned<DatabaseKind>
    ) throws(GitError) {
        let isExecutable = file.entry.mode == .executable
        let isFiltered = plan.filter == .builtin
        try file.withContents(repository, database, isFiltered: isFiltered) { bytes throws(GitError) in
            for number in descriptors.indices {
                let stamp = stamps + number * plan.files.count + index
                let status = file.path.withCString {
                    Self.writeFile(descriptors[number], $0, bytes, isExecutable: isExecutable, into: stamp)
                }
                guard status == 0 else { throw failure("write", file.path, number, status) }
            }
        }
    }

    private func writeLink(_ index: Int, _ file: FanOutPlan.File, target: [UInt8]) throws(GitError) {
        for number in descriptors.indices {
            let stamp = stamps + number * plan.files.count + index
            let status = file.path.withCString { path in
                GitPath(bytes: target).withCString { target in
                    guard symlinkat(target, descriptors[number], path) == 0 else { return errno }
                    var status = stat()
                    guard fstatat(descriptors[number], path, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return errno }
                    stamp.pointee = FileStamp(status)
                    return 0
                }
            }
            guard status == 0 else { throw failure("create the symbolic link", file.path, number, status) }
        }
    }

    /// Creates one file; returns 0 or the error number.
    private static func writeFile(
        _ folder: Int32,
        _ path: UnsafePointer<CChar>,
        _ bytes: UnsafeRawBufferPointer,
        isExecutable: Bool,
        into stamp: UnsafeMutablePointer<FileStamp>?
    ) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = linux_openat(folder, path, flags, isExecutable ? 0o777 : 0o666)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        let failure = FileBytes.write(descriptor, bytes)
        guard failure == 0 else { return failure }
        guard let stamp else { return 0 }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return errno }
        stamp.pointee = FileStamp(status)
        return 0
    }

    private func failure(_ doing: String, _ path: GitPath, _ number: Int, _ status: Int32) -> GitError {
        GitError.system(doing, "\(roots[number])/\(path)", status: status)
    }
}
