import CLibGit2
import CLinux
import Glibc

/// What an index keeps of a file to see later that it did not change.
struct FileStamp {
    private var changed = git_index_time()
    private var modified = git_index_time()
    private var device: UInt32 = 0
    private var inode: UInt32 = 0
    private var user: UInt32 = 0
    private var group: UInt32 = 0
    private var size: UInt32 = 0

    init() {}

    init(_ status: stat) {
        changed = git_index_time(
            seconds: Int32(truncatingIfNeeded: status.st_ctim.tv_sec),
            nanoseconds: UInt32(truncatingIfNeeded: status.st_ctim.tv_nsec)
        )
        modified = git_index_time(
            seconds: Int32(truncatingIfNeeded: status.st_mtim.tv_sec),
            nanoseconds: UInt32(truncatingIfNeeded: status.st_mtim.tv_nsec)
        )
        device = UInt32(truncatingIfNeeded: status.st_dev)
        inode = UInt32(truncatingIfNeeded: status.st_ino)
        user = status.st_uid
        group = status.st_gid
        size = UInt32(truncatingIfNeeded: status.st_size)
    }

    /// Puts the stamp into an index entry.
    func apply(to entry: inout git_index_entry) {
        entry.ctime = changed
        entry.mtime = modified
        entry.dev = device
        entry.ino = inode
        entry.uid = user
        entry.gid = group
        entry.file_size = size
    }
}
