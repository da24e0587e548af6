import Foundation
import Git
import TestSupport
import Testing

@Suite("Landing on a branch that is checked out")
struct LandingTests {
    /// Runs the body with `main` checked out one commit behind `next`, which changes `a`, deletes `gone` and adds
    /// `new`, `out.log` and `lib/inside`.
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
            try repository.write("new\n", to: "lib/inside")
            try repository.git("rm", "--quiet", "gone")
            try repository.git("add", "--force", "a", "new", "out.log", "lib")
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
        arguments: [
            "changed", "staged", "deleted", "deleted by landing", "untracked", "ignored", "folder", "file for a folder",
            "link for a folder",
        ]
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
            case "file for a folder":
                path = "lib"
                try repository.write("mine\n", to: "lib")
            case "link for a folder":
                path = "lib"
                try repository.write("mine\n", to: "elsewhere/mine")
                try FileManager.default.createSymbolicLink(
                    atPath: repository.path + "/lib",
                    withDestinationPath: "elsewhere"
                )
            case "repository for a folder":
                path = "lib"
                try repository.git("init", "--quiet", "lib")
                try repository.write("mine\n", to: "lib/inside")
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

    @Test(
        "A landing shows every file of the new commit but those the user changed, or changes nothing",
        arguments: SeededRandom.seeds(40)
    )
    func generated(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        try withTemporaryRepository { repository in
            let old = GeneratedTree(files: 24, random: &random)
            var new = old
            new.mutate(6, random: &random)
            var dirty = old
            dirty.startLines(at: 10_000)
            dirty.mutate(random.int(in: 0...2), random: &random)
            let head = try old.commit(to: repository, "old")
            try repository.git("checkout", "--quiet", "-b", "next")
            let target = try new.commit(to: repository, "new")
            try repository.git("checkout", "--quiet", "main")
            try dirty.replace(old, in: repository)

            let result = try repository.open()
                .landFastForward(branch: "refs/heads/main", from: head, to: target, message: "land")
            let all = Set(old.items.keys).union(new.items.keys).union(dirty.items.keys)
            let mine = all.filter { dirty.items[$0] != old.items[$0] }
            let theirs = all.filter { new.items[$0] != old.items[$0] }
            if !result.isMoved {
                #expect(mine.contains { own in theirs.contains { Self.overlap(own, $0) } }, "nothing was in the way")
                for path in all { #expect(try dirty.isShown(path, in: repository), "\(path) was changed") }
                return
            }
            for path in all {
                let expected = mine.contains(path) ? dirty : new
                #expect(try expected.isShown(path, in: repository), "\(path)")
                if mine.contains(path), theirs.contains(path) {
                    #expect(new.items[path] == dirty.items[path], "\(path) was in the way")
                }
            }
        }
    }

    /// Whether two changes cannot both be shown.
    private static func overlap(_ one: String, _ other: String) -> Bool {
        one == other || one.hasPrefix(other + "/") || other.hasPrefix(one + "/")
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
