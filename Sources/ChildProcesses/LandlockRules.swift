import CLinux
import Glibc

/// Puts a Landlock rule set on the calling thread and all it starts: reading everywhere, writing below some paths.
enum LandlockRules {
    /// Version of the kernel's interface, or 0 without Landlock.
    static func interfaceVersion() -> Int { max(0, Int(linux_landlock_version())) }

    /// What a policy allows to write, with the devices and temporary folders that programs expect to have.
    ///
    /// A rule cannot make an exception below an allowed folder. So a temporary folder in which something read-only
    /// lies, for example a whole repository, is not allowed at all.
    static func writablePaths(of policy: SandboxPolicy) -> [String] {
        let usual = ["/dev", "/proc", "/tmp", "/var/tmp"].filter { folder in
            !policy.readOnlyPaths.contains { $0.hasPrefix(folder + "/") }
        }
        return policy.writablePaths + usual
    }

    /// - Returns: `nil` on success, else what failed.
    static func restrict(writingTo paths: [String]) -> String? {
        guard linux_prctl(PR_SET_NO_NEW_PRIVS, 1) == 0 else { return failure("prctl(PR_SET_NO_NEW_PRIVS)") }
        let ruleSet = linux_landlock_create_write_rules()
        guard ruleSet >= 0 else { return failure("landlock_create_ruleset") }
        defer { close(ruleSet) }
        for path in paths {
            let descriptor = open(path, O_PATH | O_CLOEXEC)
            // A path that does not exist cannot be written; leaving it out is the safe side.
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard linux_landlock_allow_writing(ruleSet, descriptor) == 0 else { return failure("rule for \(path)") }
        }
        return linux_landlock_restrict(ruleSet) == 0 ? nil : failure("landlock_restrict_self")
    }

    private static func failure(_ call: String) -> String { "\(call): \(String(cString: strerror(errno)))" }
}
