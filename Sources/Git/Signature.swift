import CLibGit2

/// Who made a commit, and when.
package struct Signature: Hashable, Sendable {
    package var name: String
    package var email: String
    /// Seconds since 1970-01-01 UTC.
    package var time: Int64
    /// Minutes east of UTC.
    package var offsetInMinutes: Int32

    package init(name: String, email: String, time: Int64, offsetInMinutes: Int32 = 0) {
        self.name = name
        self.email = email
        self.time = time
        self.offsetInMinutes = offsetInMinutes
    }

    init(_ raw: git_signature) {
        name = raw.name.map { String(cString: $0) } ?? ""
        email = raw.email.map { String(cString: $0) } ?? ""
        time = raw.when.time
        offsetInMinutes = raw.when.offset
    }

    /// Makes libgit2's form; throws `invalidName` when a name is empty or holds angle brackets.
    func make() throws(GitError) -> Owned<SignatureKind> {
        let name = name
        let email = email
        let time = time
        let offset = offsetInMinutes
        return try Owned.make("make a signature for", "\(name) <\(email)>") { pointer in
            var made: UnsafeMutablePointer<git_signature>?
            let status = git_signature_new(&made, name, email, time, offset)
            pointer = made.map { OpaquePointer($0) }
            return status
        }
    }
}
