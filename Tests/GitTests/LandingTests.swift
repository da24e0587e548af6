import Foundation
import Git
import TestSupport
import Testing

@Suite("Landing on a branch that is checked out")
struct LandingTests {
    /// Runs the body with `main` checked out one commit behind `next`, which changes `a`, deletes `gone` and adds
    /// `new` and `out.log`.
    private func withLanding(
        _ prepare: (TemporaryRepository) throws -> Void,
        check: (TemporaryRepository, _ old: OID, _ new: OID, Result<LandingResult, GitError>) throws -> Void
    ) throws {
        try withTemporaryRepository { repository in
            try repository.commit("first", files: ["a": "1\n", "b": "1\n", "gone": "1\n", ".gitignore": "*.log\n"])
            try repository.git("checkout", "--quiet", "-b", "next")
            try repository.write("2\n", to: "a")
            try repository.write("new\n", to: "new")
            try repository.write("log\n", to: "out.log")
            try repository.git("rm", "--quiet", "gone")
            try repository.git("add", "--force", "a", "new", "out.log")
            try repository.git("commit", "--quiet", "-m", "second")
            try repository.git("checkout", "--quiet", "main")
            let (old, new) = (try repository.oid("main"), try repository.oid("next"))
            try prepare(repository)
            let handle = try repository.open()
            let result: Result<LandingResult, GitError>
            do throws(GitError) {
                result = .success(
                    try handle.landFastForward(branch: "refs/heads/main", from: old, to: new, message: "land")
                )
            } catch {
                result = .failure(error)
            }
            try check(repository, old, new, result)
        }
    }

    private let landed = LandingResult(isMoved: true, isWorkdirCurrent: true, blockedPaths: [])

    @Test("A clean working tree moves along")
    func clean() throws {
        try withLanding({ _ in }) { repository, _, new, result in
            let outcome = try result.get()
            #expect(outcome == landed)
            #expect(try repository.oid("main") == new)
            #expect(try repository.status() == "")
            #expect(try repository.read("a") == "2\n")
            #expect(try repository.git("reflog", "-1", "--format=%gs", "main") == "land")
        }
    }

    @Test("Changed, staged and untracked files the landing does not touch stay as they are")
    func unrelated() throws {
        try withLanding({ repository in
            try repository.write("dirty\n", to: "b")
            try repository.write("staged\n", to: "s")
            try repository.git("add", "s")
            try repository.write("mine\n", to: "untracked")
        }) { repository, _, new, result in
            let outcome = try result.get()
            #expect(outcome == landed)
            #expect(try repository.oid("main") == new)
            #expect(try repository.status() == " M b\nA  s\n?? untracked")
            #expect(try repository.read("b") == "dirty\n")
        }
    }

    @Test(
        "A file the user changed stops the landing, and nothing is changed",
        arguments: ["changed", "staged", "deleted", "deleted by landing", "untracked", "ignored", "folder"]
    )
    func blocked(how: String) throws {
        var statusBefore = ""
        var path: GitPath = "a"
        try withLanding({ repository in
            switch how {
            case "changed": try repository.write("mine\n", to: "a")
            case "staged":
                try repository.write("mine\n", to: "a")
                try repository.git("add", "a")
            case "deleted":
                try repository.git("rm", "--quiet", "a")
            case "deleted by landing":
                path = "gone"
                try repository.write("mine\n", to: "gone")
            case "untracked":
                path = "new"
                try repository.write("mine\n", to: "new")
            case "ignored":
                path = "out.log"
                try repository.write("mine\n", to: "out.log")
            default:
                path = "new"
                try repository.write("mine\n", to: "new/inside")
            }
            statusBefore = try repository.git("status", "--porcelain", "--ignored")
        }) { repository, old, _, result in
            let outcome = try result.get()
            #expect(!outcome.isMoved, "\(how)")
            #expect(
                outcome.blockedPaths.contains { $0 == path || $0.isInside(path) },
                "\(how): \(outcome.blockedPaths)"
            )
            #expect(try repository.oid("main") == old)
            #expect(try repository.git("status", "--porcelain", "--ignored") == statusBefore, "\(how)")
        }
    }

    @Test("A branch that moved meanwhile is not landed on")
    func moved() throws {
        try withLanding({ try $0.commit("someone else", files: ["z": "1\n"]) }) { repository, _, _, result in
            guard case .failure(let error) = result else {
                Issue.record("landed on a branch that moved")
                return
            }
            #expect(error.code == .moved)
            let status = try repository.status()
            #expect(status == "")
        }
    }

    @Test("An index another process holds stops the landing before any file is written")
    func locked() throws {
        try withLanding({ try $0.write("", to: ".git/index.lock") }) { repository, old, _, result in
            guard case .failure(let error) = result else {
                Issue.record("landed under a lock")
                return
            }
            #expect(error.code == .locked)
            try FileManager.default.removeItem(atPath: repository.path + "/.git/index.lock")
            #expect(try repository.oid("main") == old)
            #expect(try repository.status() == "")
        }
    }

    @Test("A branch that is checked out nowhere moves alone")
    func notCheckedOut() throws {
        try withLanding({ try $0.git("checkout", "--quiet", "--detach") }) { repository, _, new, result in
            let outcome = try result.get()
            #expect(outcome == landed)
            #expect(try repository.oid("main") == new)
            #expect(try repository.read("a") == "1\n")
        }
    }
}
