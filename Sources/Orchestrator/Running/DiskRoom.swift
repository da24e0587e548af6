import Glibc

/// Tells a full disk from other failures: programs say the most different things when they cannot write.
///
/// Nobody's work is judged by what failed on a full disk.
struct DiskRoom: Sendable {
    /// With less than this nothing useful can be done: one index of a larger repository needs as much.
    static let leastInBytes: UInt64 = 1 << 20

    /// Absolute paths of folders on the disks that a run writes to.
    let folders: [String]

    /// The first folder whose disk is full, or has no more room for names.
    var fullFolder: String? {
        folders.first { folder in
            var facts = statvfs()
            guard statvfs(folder, &facts) == 0 else { return false }
            let free = UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
            // Some file systems count no files: they say zero of zero.
            return free < Self.leastInBytes || (facts.f_files > 0 && facts.f_favail == 0)
        }
    }

    /// The failure to tell instead of another one that a full disk explains; `nil` when there is room.
    func failure(behind cause: String, run: String) -> OrchestratorError? {
        guard let folder = fullFolder else { return nil }
        return OrchestratorError(
            .diskFull,
            "The disk that holds '\(folder)' is full. It showed like this: \(cause)",
            hint: "Nothing was given up. Free some room, then 'switchyard resume \(run)'."
        )
    }
}
