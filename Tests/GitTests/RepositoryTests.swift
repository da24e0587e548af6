import Foundation
import Git
import TestSupport
import Testing

@Suite("Opening and reading a repository")
struct RepositoryTests {
    @Test("A folder without a repository is refused with what to do")
    func notRepository() throws {
        try withTemporaryFolder { folder in
            let error = #expect(throws: GitError.self) { _ = try Repository(path: folder.path).isBare }
            #expect(error?.code == .notRepository)
            #expect(error?.hint?.contains("git init") == true)
        }
    }

    @Test("A repository with SHA-256 objects is refused as unsupported")
    func sha256() throws {
        try withTemporaryFolder { folder in
            let fixture = GitFixture(home: folder.path)
            try fixture(["init", "--quiet", "--object-format=sha256", folder.appending("repo")], in: folder.path)
            let error = #expect(throws: GitError.self) { _ = try Repository(path: folder.appending("repo")).isBare }
            #expect(error?.code == .unsupported)
        }
    }

    @Test("A repository with settings per worktree opens, also at format version 1")
    func worktreeConfig() throws {
        try withTemporaryRepository { repository in
            try repository.commit("first", files: ["a": "1\n"])
            try repository.git("config", "core.repositoryformatversion", "1")
            try repository.git("config", "extensions.worktreeConfig", "true")
            #expect(try repository.open().head().branch == "refs/heads/main")
        }
    }

    @Test("Discovery finds the repository from a folder inside it")
    func discovery() throws {
        try withTemporaryRepository { repository in
            try repository.write("x", to: "deep/er/file")
            let found = try Repository(discoverFrom: repository.path + "/deep/er")
            #expect(found.workingDirectory == repository.path)
            #expect(found.commonDirectory == repository.path + "/.git")
        }
    }

    @Test("HEAD is unborn, on a branch, or detached")
    func heads() throws {
        try withTemporaryRepository { repository in
            #expect(try repository.open().head() == .unborn("refs/heads/main"))
            try repository.commit("first", files: ["a": "1\n"])
            let first = try repository.oid("HEAD")
            #expect(try repository.open().head() == .branch("refs/heads/main", first))
            try repository.git("checkout", "--quiet", "--detach")
            #expect(try repository.open().head() == .detached(first))
        }
    }

    @Test("A commit's parents, message, ancestors and range are what git says")
    func commits() throws {
        try withTemporaryRepository { repository in
            try repository.commit("first\n\nbody", files: ["a": "1\n"])
            let base = try repository.oid("HEAD")
            try repository.branch("side", files: ["b": "2\n"])
            try repository.commit("second", files: ["c": "3\n"])
            try repository.git("merge", "--quiet", "--no-edit", "side")
            let handle = try repository.open()
            let (main, side) = (try repository.oid("main"), try repository.oid("side"))
            let merge = try handle.commit(main)
            #expect(merge.isMerge)
            #expect(merge.parents.last == side)
            #expect(try handle.commit(base).subject == "first")
            #expect(try handle.isAncestor(side, of: main))
            #expect(try !handle.isAncestor(main, of: side))
            #expect(try handle.mergeBase(side, merge.parents[0]) == base)
            #expect(try handle.mergeCommits(from: base, to: main) == [main])
            #expect(try handle.commits(from: base, to: main).count == 3)
            #expect(try handle.find("nothing") == nil)
            #expect(try handle.resolve("main~1") == merge.parents[0])
        }
    }

    @Test("Every path of a tree and its contents agree with git, odd names included", arguments: SeededRandom.seeds(5))
    func paths(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        try withTemporaryRepository { repository in
            let commit = try GeneratedTree(files: 20, random: &random).commit(to: repository, "files")
            let handle = try repository.open()
            let entries = try handle.allEntries(of: commit)
            let ours = entries.map { "\($0.entry.mode.octal) blob \($0.entry.oid)\t\($0.path)" }
            let theirs = try repository.git("ls-tree", "-r", "-z", "HEAD")
            #expect(ours == theirs.split(separator: "\0").map(String.init), "\(random)")
            for (path, entry) in entries {
                #expect(try handle.entry(at: path, in: commit) == entry)
                #expect(try handle.contents(of: path, in: commit)?.count == handle.blobSize(entry.oid))
            }
        }
    }

    @Test("Dirty paths are those of git status")
    func status() throws {
        try withTemporaryRepository { repository in
            try repository.commit("first", files: ["a": "1\n", "b": "1\n", ".gitignore": "*.log\n"])
            try repository.write("2\n", to: "a")
            try repository.write("3\n", to: "new/é")
            try repository.write("x", to: "x.log")
            try repository.write("2\n", to: "b")
            try repository.git("add", "b")
            let dirty = try repository.open().dirtyPaths()
            #expect(Set(dirty.map(\.path)) == ["a", "b", "new/é"])
            #expect(dirty.filter(\.isStaged).map(\.path) == ["b"])
            #expect(dirty.filter(\.isUntracked).map(\.path) == ["new/é"])
        }
    }

    @Test("Editing a tree gives the tree git would write", arguments: SeededRandom.seeds(12))
    func treeEditing(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        try withTemporaryRepository { repository in
            var tree = GeneratedTree(files: 15, random: &random)
            let before = try tree.commit(to: repository, "before")
            tree.mutate(8, random: &random)
            let after = try tree.commit(to: repository, "after")
            let handle = try repository.open()
            var edits: [GitPath: TreeEntry?] = [:]
            for change in try handle.changes(from: before, to: after) { edits[change.path] = .some(change.new) }
            #expect(try handle.writeTree(base: before, edits: edits) == handle.tree(of: after), "\(random)")
            var files: [GitPath: TreeEntry?] = [:]
            for (path, entry) in try handle.allEntries(of: after) { files[path] = entry }
            #expect(try handle.writeTree(base: nil, edits: files) == handle.tree(of: after), "\(random)")
            #expect(throws: GitError.self) { try handle.writeTree(base: nil, edits: ["../x": nil]) }
        }
    }
}
