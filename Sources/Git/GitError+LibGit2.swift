import CLibGit2
import Glibc

extension GitError {
    /// Reads libgit2's last error; must run in the same synchronous function as the call that failed, because the
    /// error is kept per thread.
    init(status: Int32, doing: String, subject: String?) {
        var category: Int32 = 0
        var reason = "libgit2 returned \(status) without a reason"
        if let last = git_error_last() {
            category = last.pointee.klass
            if let text = last.pointee.message { reason = String(cString: text) }
            git_error_clear()
        }
        let code = Self.code(status: status, category: category)
        let thing = subject.map { " '\($0)'" } ?? ""
        self.init(
            code: code,
            message: "cannot \(doing)\(thing): \(reason)",
            subject: subject,
            hint: Self.hint(code: code, subject: subject),
            category: category
        )
    }

    private static func code(status: Int32, category: Int32) -> Code {
        switch status {
        case GIT_ENOTFOUND.rawValue:
            return category == Int32(GIT_ERROR_REPOSITORY.rawValue) ? .notRepository : .notFound
        case GIT_EEXISTS.rawValue: return .exists
        case GIT_EAMBIGUOUS.rawValue: return .ambiguous
        case GIT_EINVALIDSPEC.rawValue: return .invalidName
        case GIT_EBAREREPO.rawValue: return .bare
        case GIT_EUNBORNBRANCH.rawValue: return .unborn
        case GIT_EMODIFIED.rawValue, GIT_ENONFASTFORWARD.rawValue: return .moved
        case GIT_ELOCKED.rawValue: return .locked
        case GIT_ECONFLICT.rawValue, GIT_EUNCOMMITTED.rawValue, GIT_EINDEXDIRTY.rawValue: return .blocked
        case GIT_EOWNER.rawValue: return .foreignOwner
        case GIT_EMERGECONFLICT.rawValue, GIT_EUNMERGED.rawValue, GIT_EAPPLYFAIL.rawValue: return .merge
        case GIT_EPEEL.rawValue, GIT_EMISMATCH.rawValue, GIT_EEOF.rawValue: return .damaged
        case GIT_EDIRECTORY.rawValue, GIT_EINVALID.rawValue, GIT_EBUFS.rawValue: return .refused
        default: return code(category: category)
        }
    }

    private static func code(category: Int32) -> Code {
        switch UInt32(bitPattern: category) {
        case GIT_ERROR_OS.rawValue, GIT_ERROR_FILESYSTEM.rawValue, GIT_ERROR_NOMEMORY.rawValue: .fileSystem
        case GIT_ERROR_ODB.rawValue, GIT_ERROR_OBJECT.rawValue, GIT_ERROR_TREE.rawValue, GIT_ERROR_ZLIB.rawValue,
            GIT_ERROR_INDEX.rawValue, GIT_ERROR_SHA.rawValue:
            .damaged
        case GIT_ERROR_CONFIG.rawValue: .settings
        case GIT_ERROR_MERGE.rawValue: .merge
        case GIT_ERROR_CHECKOUT.rawValue: .blocked
        case GIT_ERROR_REFERENCE.rawValue: .invalidName
        case GIT_ERROR_REPOSITORY.rawValue: .unsupported
        default: .refused
        }
    }

    private static func hint(code: Code, subject: String?) -> String? {
        switch code {
        case .foreignOwner:
            "run as the owner, or trust it with: git config --global --add safe.directory \(subject ?? "<path>")"
        case .locked:
            "another git process is at work; if none is, a killed one left a '.lock' file to remove"
        case .notRepository: "run inside a git repository, or create one with: git init"
        default: nil
        }
    }

    /// A system call that failed; reads `errno`, so it must be the first thing after the call.
    static func system(_ doing: String, _ path: String, status: Int32) -> GitError {
        let reason = String(cString: strerror(status))
        return GitError(code: .fileSystem, message: "cannot \(doing) '\(path)': \(reason)", subject: path)
    }
}

/// Throws libgit2's error when the status of a call is negative; only then is the subject asked for.
@discardableResult
func check(
    _ status: Int32,
    _ doing: String,
    _ subject: @autoclosure () -> String? = nil
) throws(GitError) -> Int32 {
    guard status < 0 else { return status }
    throw GitError(status: status, doing: doing, subject: subject())
}
