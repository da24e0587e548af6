import Glibc

/// The words between `bwrap` and the command that put a policy into effect.
struct BubblewrapArguments: Sendable, Hashable {
    let words: [String]

    init(policy: SandboxPolicy, workingDirectory: String) {
        // Dying with the parent means the *thread* that starts it: the keeper has only one, and without a keeper it is
        // the thread on which the subprocess library starts everything, which lives as long as this program.
        var words = [
            "--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--new-session", "--die-with-parent",
        ]
        if let folder = policy.temporaryFolder {
            words += ["--bind", folder, "/tmp"]
        } else {
            words += ["--tmpfs", "/tmp"]
        }
        for mount in Self.mounts(of: policy) {
            switch mount.kind {
            case .hidden: words += ["--tmpfs", mount.path]
            case .readOnly: words += ["--ro-bind", mount.path, mount.path]
            case .writable: words += ["--bind", mount.path, mount.path]
            }
        }
        self.words = words + ["--chdir", workingDirectory]
    }

    private struct Mount {
        enum Kind: Int {
            case writable, readOnly, hidden
        }

        var kind: Kind
        var path: String
    }

    /// All paths of the policy, each after the ones it lies in; for the same path the stricter one comes last.
    private static func mounts(of policy: SandboxPolicy) -> [Mount] {
        let mounts =
            policy.writablePaths.map { Mount(kind: .writable, path: $0) }
            + policy.readOnlyPaths.map { Mount(kind: .readOnly, path: $0) }
            + policy.hiddenPaths.map { Mount(kind: .hidden, path: $0) }
        return mounts.compactMap { mount in
            // Mount points are real paths: bwrap refuses to mount over a symbolic link.
            SystemPath.resolved(mount.path).map { Mount(kind: mount.kind, path: $0) }
        }
        .sorted { left, right in
            let depths = (left.path.utf8.count(of: UInt8(ascii: "/")), right.path.utf8.count(of: UInt8(ascii: "/")))
            return (depths.0, left.path, left.kind.rawValue) < (depths.1, right.path, right.kind.rawValue)
        }
    }
}

/// Path questions that only the file system can answer.
enum SystemPath {
    /// The path without symbolic links, or `nil` when it does not exist.
    static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}

extension Sequence where Element: Equatable {
    fileprivate func count(of element: Element) -> Int { reduce(0) { $1 == element ? $0 + 1 : $0 } }
}
