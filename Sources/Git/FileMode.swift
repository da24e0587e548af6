/// What kind of thing a tree entry is.
package enum FileMode: UInt32, Hashable, Sendable {
    case folder = 0o040000
    case file = 0o100644
    case executable = 0o100755
    case symlink = 0o120000
    /// A commit of another repository.
    case submodule = 0o160000

    /// A regular file, executable or not.
    package var isRegular: Bool { self == .file || self == .executable }

    /// Six octal digits, as git prints a mode.
    package var octal: String {
        let digits = String(rawValue, radix: 8)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// Reads a mode as stored; old tools wrote 100664, which counts as a plain file.
    init?(stored: UInt32) {
        if let mode = FileMode(rawValue: stored) {
            self = mode
        } else if stored & 0o170000 == 0o100000 {
            self = stored & 0o100 == 0 ? .file : .executable
        } else {
            return nil
        }
    }
}
