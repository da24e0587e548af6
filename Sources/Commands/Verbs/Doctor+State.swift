import Foundation
import Glibc
import Orchestrator
import RunModel
import Terminal

/// What the doctor looks at on disk.
extension Doctor {
    private static let littleRoomInBytes = 1 << 30
    private static let tooLittleRoomInBytes = 100 << 20

    func disk(_ composition: RunComposition) -> DoctorCheck {
        let root = composition.place.root
        var status = statvfs()
        guard statvfs(root, &status) == 0 else {
            return .warn("disk", "the room at '\(root)' cannot be read", "Look at it with: df -h '\(root)'")
        }
        let free = Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
        let detail = "\(QuantityText.size(free)) free at '\(root)'"
        if free < Self.tooLittleRoomInBytes {
            return .fail("disk", detail, "Make room; 'switchyard clean' removes what old runs left.")
        }
        if free < Self.littleRoomInBytes {
            return .warn("disk", detail, "Each agent needs a copy of the working tree; 'switchyard clean' makes room.")
        }
        return .ok("disk", detail)
    }

    /// The stores of this build are files: whether they can be made and written is what there is to check.
    func stateFolder(_ composition: RunComposition) -> DoctorCheck {
        let state = composition.environment.state
        let existing = Self.nearestExisting(state)
        guard access(existing, W_OK) == 0 else {
            return .fail("stores", "'\(state)' cannot be written", "Give yourself the right to: ls -ld '\(existing)'")
        }
        if let kind = Self.fileSystem(of: existing), Self.networkFileSystems.contains(kind) {
            return .warn(
                "stores",
                "'\(state)' lies on \(kind), where file locks may not hold",
                "Set 'paths.state' to a folder on a local disk."
            )
        }
        return .ok("stores", "journal and locks in '\(state)'")
    }

    func runs(_ composition: RunComposition) -> DoctorCheck {
        let store = composition.store
        var unfinished: [RunID] = []
        var damaged: [RunID] = []
        for run in store.list().prefix(100) {
            do {
                if try store.load(run).finished == nil, !store.isActive(run) { unfinished.append(run) }
            } catch {
                damaged.append(run)
            }
        }
        if let run = damaged.first {
            return .warn("runs", "the journal of '\(run)' cannot be read", "See why: switchyard runs show \(run)")
        }
        if let run = unfinished.first {
            return .warn(
                "runs",
                "\(QuantityText.counted(unfinished.count, "run")) stopped before the end",
                "Go on with: switchyard resume \(run); or give it up with: switchyard cancel \(run)"
            )
        }
        return .ok("runs", QuantityText.counted(store.list().count, "run") + ", none unfinished")
    }

    private static let networkFileSystems: Set = ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "afs"]

    /// The kind of file system a path lies on, by the longest mount point above it.
    private static func fileSystem(of path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/mounts") else { return nil }
        var best: (length: Int, kind: String)?
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2 else { continue }
            let point = fields[1] == "/" ? "" : String(fields[1])
            guard path == point || path.hasPrefix(point + "/"), point.count >= best?.length ?? 0 else { continue }
            best = (point.count, String(fields[2]))
        }
        return best?.kind
    }

    private static func nearestExisting(_ path: String) -> String {
        var path = path
        while path.count > 1, !FileManager.default.fileExists(atPath: path) {
            path = (path as NSString).deletingLastPathComponent
        }
        return path
    }
}
