import Foundation
import Git
import TestSupport
import Testing

@Suite("Committing what an agent left")
struct WorktreeCommitTests {
    @Test("The commit's tree is that of git add -A", arguments: SeededRandom.seeds(10))
    func equalsGit(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        try withTemporaryRepository { repository in
            var tree = GeneratedTree(files: 15, random: &random)
            let before = try tree.commit(to: repository, "before")
            tree.mutate(10, random: &random)
            let expected = try tree.commit(to: repository, "after")
            try repository.git("reset", "--quiet", "--soft", before.hex)
            try repository.git("reset", "--quiet")
            let handle = try repository.open()
            let done = try handle.commitWorktree(author: signature, message: "work\n\nbody")
            guard let commit = done.commit else {
                #expect(try handle.tree(of: expected) == handle.tree(of: before), "\(random)")
                return
            }
            #expect(try handle.tree(of: commit) == handle.tree(of: expected), "\(random)")
            #expect(try handle.commit(commit).parents == [before])
            #expect(try repository.oid("HEAD") == commit)
            #expect(try repository.status() == "", "\(random)")
        }
    }

    @Test("Ignored files stay out, hooks do not run, and a clean worktree gives no commit")
    func ignored() throws {
        try withTemporaryRepository { repository in
            try repository.commit("first", files: ["a": "1\n", ".gitignore": "*.log\n"])
            try repository.write("#!/bin/sh\nexit 1\n", to: ".git/hooks/pre-commit", isExecutable: true)
            try repository.write("x", to: "x.log")
            let handle = try repository.open()
            #expect(try handle.commitWorktree(author: signature, message: "m").commit == nil)
            try repository.write("2\n", to: "a")
            let commit = try #require(try handle.commitWorktree(author: signature, message: "m").commit)
            #expect(try repository.files(at: commit.hex) == [".gitignore", "a"])
            #expect(try repository.git("log", "-1", "--format=%an <%ae>") == "Runner <runner@example.org>")
        }
    }

    @Test("A repository inside the worktree becomes a submodule entry and is told")
    func nested() throws {
        try withTemporaryRepository { repository in
            try repository.commit("first", files: ["a": "1\n"])
            try repository.git("init", "--quiet", "vendor/lib")
            try repository.git(in: repository.path + "/vendor/lib", "commit", "--quiet", "--allow-empty", "-m", "x")
            let done = try repository.open().commitWorktree(author: signature, message: "m")
            #expect(done.nestedRepositories == ["vendor/lib"])
            #expect(try repository.git("ls-tree", "-r", "HEAD", "vendor/lib").hasPrefix("160000 commit"))
        }
    }

    @Test("An unresolved conflict is refused with its path")
    func conflict() throws {
        try withTemporaryRepository { repository in
            try repository.commit("first", files: ["a": "1\n"])
            try repository.branch("side", files: ["a": "2\n"])
            try repository.commit("third", files: ["a": "3\n"])
            _ = try repository.tryGit("merge", "--quiet", "side")
            let handle = try repository.open()
            #expect(handle.pendingOperation() == .merge)
            let error = #expect(throws: GitError.self) { try handle.commitWorktree(author: signature, message: "m") }
            #expect(error?.code == .merge)
            #expect(error?.subject == "a")
        }
    }
}
