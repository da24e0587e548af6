import Dispatch
import Git
import Locking
import TestSupport
import Testing

@Suite("Refs by compare-and-set", .timeLimit(.minutes(10)))
struct ReferenceTests {
    @Test("A ref moves only from the commit it is expected at")
    func compareAndSet() throws {
        try withTemporaryRepository { repository in
            try repository.commit("one")
            try repository.commit("two")
            let (one, two) = (try repository.oid("HEAD~1"), try repository.oid("HEAD"))
            let handle = try repository.open()
            try handle.createReference("refs/heads/x", at: one, message: "made")
            try handle.createReference("refs/heads/x", at: one, message: "again")
            #expect(throws: GitError.self) { try handle.createReference("refs/heads/x", at: two, message: "no") }
            let error = #expect(throws: GitError.self) {
                try handle.updateReference("refs/heads/x", from: two, to: one, message: "no")
            }
            #expect(error?.code == .moved)
            #expect(error?.subject == "refs/heads/x")
            try handle.updateReference("refs/heads/x", from: one, to: two, message: "yes")
            #expect(throws: GitError.self) { try handle.deleteReference("refs/heads/x", expecting: one) }
            #expect(try repository.oid("x") == two)
            try handle.deleteReference("refs/heads/x", expecting: two)
            try handle.deleteReference("refs/heads/x", expecting: two)
            #expect(try handle.reference("refs/heads/x") == nil)
        }
    }

    @Test("Refs listed by glob are those of git, packed and loose")
    func list() throws {
        try withTemporaryRepository { repository in
            try repository.commit("one")
            for name in ["a", "b/c", "b/d"] { try repository.git("branch", name) }
            try repository.git("pack-refs", "--all")
            try repository.git("branch", "loose")
            let handle = try repository.open()
            let names = try repository.git("for-each-ref", "--format=%(refname)").split(separator: "\n").map(
                String.init
            )
            #expect(try handle.references().keys.sorted() == names.sorted())
            #expect(
                try handle.references(matching: "refs/heads/b/*").keys.sorted() == ["refs/heads/b/c", "refs/heads/b/d"]
            )
        }
    }

    @Test("Four threads that add commits to one ref lose none of them")
    func stress() throws {
        try withTemporaryRepository { repository in
            try repository.commit("start", files: ["a": "1\n"])
            let (path, tree) = (repository.path, try repository.oid("HEAD^{tree}"))
            let failures = Lock<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 4) { thread in
                do {
                    let handle = try Repository(path: path)
                    for number in 0..<25 {
                        while true {
                            guard let current = try handle.reference("refs/heads/main") else { break }
                            let commit = try handle.createCommit(
                                tree: tree,
                                parents: [current],
                                author: signature,
                                message: "\(thread) \(number)"
                            )
                            do throws(GitError) {
                                try handle.updateReference("refs/heads/main", from: current, to: commit, message: "add")
                                break
                            } catch {
                                guard error.isRetryable else { throw error }
                            }
                        }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 }.isEmpty)
            #expect(try repository.git("rev-list", "--count", "main") == "101")
        }
    }

    @Test("While a ref is locked no other process moves it, and a closure that throws leaves it")
    func locking() throws {
        try withTemporaryRepository { repository in
            try repository.commit("one")
            try repository.commit("two")
            let (one, two) = (try repository.oid("HEAD~1"), try repository.oid("HEAD"))
            try repository.git("branch", "x", one.hex)
            let handle = try repository.open()
            let status = try handle.withReferenceLock("refs/heads/x", expecting: one, message: "held") {
                () throws(GitError) -> (result: Int32, target: OID?) in
                let output = try? repository.tryGit("update-ref", "refs/heads/x", two.hex)
                return (output?.status ?? 0, two)
            }
            #expect(status != 0)
            #expect(try repository.oid("x") == two)
            #expect(throws: GitError.self) {
                try handle.withReferenceLock("refs/heads/x", expecting: two, message: "fails") {
                    () throws(GitError) -> (result: Void, target: OID?) in
                    throw GitError(code: .refused, message: "no")
                }
            }
            try repository.git("update-ref", "refs/heads/x", one.hex, two.hex)
        }
    }

    @Test("A snapshot shows every ref, HEAD and file that changed, and refs go back where they were")
    func snapshot() throws {
        try withTemporaryRepository { repository in
            try repository.commit("one")
            try repository.commit("two")
            try repository.git("branch", "moved", "HEAD~1")
            try repository.git("branch", "deleted")
            try repository.git("symbolic-ref", "refs/heads/link", "refs/heads/main")
            let handle = try repository.open()
            let before = try RefSnapshot.take(of: handle)
            try repository.git("pack-refs", "--all")
            #expect(try before.differences(to: RefSnapshot.take(of: handle)).isEmpty)
            try repository.git("branch", "--force", "moved", "main")
            try repository.git("branch", "--delete", "--force", "deleted")
            try repository.git("tag", "added")
            try repository.git("symbolic-ref", "refs/heads/link", "refs/heads/moved")
            try repository.git("config", "user.name", "Someone Else")
            try repository.write("#!/bin/sh\n", to: ".git/hooks/pre-commit")
            try repository.git("symbolic-ref", "HEAD", "refs/heads/moved")
            let after = try RefSnapshot.take(of: handle)
            let differences = before.differences(to: after)
            var names: [String] = []
            for difference in differences {
                switch difference {
                case .reference(let name, let old, let new):
                    names.append(name)
                    try handle.restore(name, to: old, from: new, message: "restored")
                case .head(let worktree, let old, let new):
                    names.append("HEAD")
                    try handle.restoreHead(ofWorktree: worktree, to: try #require(old), from: new)
                case .file(let path): names.append(path)
                }
            }
            #expect(
                names == [
                    "refs/heads/deleted", "refs/heads/link", "refs/heads/moved", "refs/tags/added", "HEAD", "config",
                    "hooks/pre-commit", "packed-refs",
                ]
            )
            let restored = try RefSnapshot.take(of: handle)
            #expect(restored.references == before.references)
            #expect(restored.heads == before.heads)
        }
    }
}
