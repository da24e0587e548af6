import Foundation
import Git
import Glibc
import TestSupport
import Testing

@Suite("Creating and removing worktrees", .timeLimit(.minutes(10)))
struct WorktreeTests {
    private func requests(_ count: Int, _ repository: TemporaryRepository) -> [WorktreeRequest] {
        (0..<count).map {
            WorktreeRequest(
                name: "run-agent\($0)",
                path: repository.folder.appending("worktrees/agent\($0)"),
                branch: "refs/heads/switchyard/run/agent\($0)/work"
            )
        }
    }

    private func create(
        _ requests: [WorktreeRequest],
        _ repository: TemporaryRepository,
        at commit: OID? = nil,
        threads: Int? = nil
    ) async throws -> [Worktree] {
        let fanOut = WorktreeFanOut(
            repository: repository.path,
            command: repository.command,
            options: .init(threads: threads)
        )
        return try await fanOut.create(requests, at: commit ?? repository.oid("HEAD"), lane: GitLane())
    }

    /// What `git worktree add` makes of the commit: every file with mode and content hash.
    private func listing(_ path: String, _ repository: TemporaryRepository) throws -> String {
        try repository.git(in: path, "-c", "core.fileMode=true", "ls-files", "-s", "-z")
            + repository.git(in: path, "status", "--porcelain", "--ignored", "-z")
    }

    @Test(
        "Worktrees are clean for git, listed by it, and byte for byte what git would check out",
        arguments: SeededRandom.seeds(6)
    )
    func equalsGit(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let tree = GeneratedTree(files: 30, random: &random)
        try await withTemporaryRepository { repository in
            let commit = try tree.commit(to: repository, "files")
            let made = try await create(requests(3, repository), repository, threads: 2)
            let reference = repository.folder.appending("reference")
            try repository.git("worktree", "add", "--quiet", "--detach", reference, commit.hex)
            let list = try repository.git("worktree", "list", "--porcelain")
            for worktree in made {
                #expect(list.contains("worktree \(worktree.path)\nHEAD \(commit)\nbranch \(worktree.branch ?? "")\n"))
                #expect(try repository.git(in: worktree.path, "status", "--porcelain").isEmpty, "seed \(seed)")
                #expect(try listing(worktree.path, repository) == listing(reference, repository), "seed \(seed)")
                // Clears the stat data, so that git compares contents.
                try repository.git(in: worktree.path, "read-tree", "HEAD")
                #expect(try repository.git(in: worktree.path, "status", "--porcelain").isEmpty, "seed \(seed)")
                let difference = try SpawnedCommand.run(
                    ["diff", "-r", "--no-dereference", "--exclude=.git", reference, worktree.path],
                    environment: repository.gitFixture.environment
                )
                #expect(difference.status == 0, "seed \(seed): \(difference.standardOutput)")
            }
            #expect(try WorktreeList(repository: repository.path).all().count == 4)
        }
    }

    @Test("The first git status hashes no file, because the index knows every one")
    func stamps() async throws {
        try await withTemporaryRepository { repository in
            try repository.commit("files", files: ["a": "1\n", "b/c": "2\n"])
            let made = try await create(requests(1, repository), repository)
            let before = try repository.git(in: made[0].path, "ls-files", "--debug")
            try repository.git(in: made[0].path, "update-index", "--refresh")
            #expect(try repository.git(in: made[0].path, "ls-files", "--debug") == before)
        }
    }

    @Test("Line ends follow .gitattributes, info/attributes and core.autocrlf")
    func lineEnds() async throws {
        try await withTemporaryRepository { repository in
            try repository.commit(
                "files",
                files: [
                    ".gitattributes": "*.bat text eol=crlf\n*.id ident\n", "run.bat": "a\nb\n", "x.txt": "a\nb\n",
                    "v.id": "$Id$\n", "sub/.gitattributes": "*.txt eol=crlf\n", "sub/y.txt": "a\n", "i.info": "a\n",
                ]
            )
            try FileManager.default.createDirectory(
                atPath: repository.path + "/.git/info",
                withIntermediateDirectories: true
            )
            try repository.write("*.info eol=crlf\n", to: ".git/info/attributes")
            for setting in ["false", "true"] {
                try repository.git("config", "core.autocrlf", setting)
                let made = try await create(
                    [
                        WorktreeRequest(
                            name: "w\(setting)",
                            path: repository.folder.appending("w\(setting)"),
                            branch: nil
                        )
                    ],
                    repository
                )
                let reference = repository.folder.appending("reference-\(setting)")
                try repository.git("worktree", "add", "--quiet", "--detach", reference)
                let difference = try SpawnedCommand.run(
                    ["diff", "-r", "--exclude=.git", reference, made[0].path],
                    environment: repository.gitFixture.environment
                )
                #expect(difference.status == 0, "core.autocrlf=\(setting): \(difference.standardOutput)")
                #expect(try repository.git(in: made[0].path, "status", "--porcelain").isEmpty)
            }
        }
    }

    @Test("An external filter that is set up makes the git command create the worktrees")
    func externalFilter() async throws {
        try await withTemporaryRepository { repository in
            try repository.git("config", "filter.shout.smudge", "tr a-z A-Z")
            try repository.git("config", "filter.shout.clean", "tr A-Z a-z")
            try repository.commit("files", files: [".gitattributes": "*.loud filter=shout\n", "a.loud": "quiet\n"])
            let made = try await create(requests(2, repository), repository)
            #expect(made.count == 2)
            for worktree in made {
                let text = try String(contentsOfFile: worktree.path + "/a.loud", encoding: .utf8)
                #expect(text == "QUIET\n")
                #expect(worktree.head == (try repository.oid("HEAD")))
            }
            let path = made[0].path
            try "LOUDER\n".write(toFile: path + "/a.loud", atomically: true, encoding: .utf8)
            let refused = #expect(throws: GitError.self) {
                _ = try Repository(path: path).commitWorktree(author: signature, message: "work")
            }
            #expect(refused?.code == .unsupported)
            let done = try await repository.command.commitWorktree(path, author: signature, message: "work")
            let commit = try #require(done.commit)
            #expect(try repository.text(of: "a.loud", at: commit.hex) == "louder\n")
        }
    }

    @Test("A submodule becomes an empty folder and git sees nothing wrong")
    func submodule() async throws {
        try await withTemporaryRepository { repository in
            let base = try repository.commit("first", files: ["a": "1\n"])
            try repository.git("update-index", "--add", "--cacheinfo", "160000,\(base),deep/sub")
            try repository.git("commit", "--quiet", "-m", "second")
            let made = try await create(requests(1, repository), repository)
            #expect(try repository.git(in: made[0].path, "status", "--porcelain").isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: made[0].path + "/deep/sub").isEmpty)
        }
    }

    @Test("A failure takes everything back: folders, metadata and branches")
    func rollback() async throws {
        try await withTemporaryRepository { repository in
            try repository.commit("files", files: ["a": "1\n"])
            let refs = try repository.refs()
            var wanted = requests(3, repository)
            try repository.folder.write("in the way", to: "worktrees/agent2/file")
            wanted[2].path = repository.folder.appending("worktrees/agent2")
            let error = await #expect(throws: GitError.self) { try await create(wanted, repository) }
            #expect(error?.code == .exists)
            #expect(try repository.refs() == refs)
            #expect(try WorktreeList(repository: repository.path).all().isEmpty)
            #expect(try repository.folder.list("worktrees") == ["agent2"])
            #expect(try repository.folder.read("worktrees/agent2/file") == "in the way")
        }
    }

    @Test("A tree with a path into git's folder is refused before anything is written", arguments: [".git", "..", "."])
    func unsafe(name: String) async throws {
        try await withTemporaryRepository { repository in
            try repository.commit("files", files: ["a": "1\n"])
            let blob = try repository.oid("HEAD:a")
            var bytes = Array("100644 \(name)\0".utf8)
            bytes += stride(from: 0, to: 40, by: 2).map { index in
                let digits = Array(blob.hex)
                return UInt8(String(digits[index...index + 1]), radix: 16) ?? 0
            }
            let file = try repository.folder.write(Data(bytes), to: "tree")
            let tree = try repository.git("hash-object", "-t", "tree", "-w", "--literally", file)
            let commit = try OID(hex: repository.git("commit-tree", tree, "-m", "bad"))
            let error = await #expect(throws: GitError.self) {
                try await create(requests(1, repository), repository, at: commit)
            }
            #expect(error?.code == .unsafePath)
            #expect(!repository.folder.exists("worktrees"))
        }
    }

    @Test(
        "A removed worktree is gone for git, lies in the trash, and its branch goes only when it is where it should be"
    )
    func removal() async throws {
        try await withTemporaryRepository { repository in
            try repository.commit("files", files: ["a": "1\n"])
            let commit = try repository.oid("HEAD")
            let made = try await create(requests(3, repository), repository)
            try repository.git(in: made[1].path, "commit", "--quiet", "--allow-empty", "-m", "more")
            let (trash, list) = (repository.folder.appending("trash"), WorktreeList(repository: repository.path))
            #expect(try list.remove(made[0], trash: trash, deletingBranchAt: commit))
            #expect(try !list.remove(made[1], trash: trash, deletingBranchAt: commit))
            #expect(try list.all().map(\.name) == ["run-agent2"])
            #expect(try repository.refs().contains("agent1/work"))
            #expect(try !repository.refs().contains("agent0/work"))
            #expect(try repository.folder.list("trash").count == 2)
            // A name in Latin-1: no UTF-8, and a file all the same.
            let odd = Array((trash + "/run-agent0-0/caf").utf8CString.dropLast()) + [CChar(bitPattern: 0xE9), 0]
            #expect(close(creat(odd, 0o644)) == 0)
            try WorktreeList.emptyTrash(trash)
            #expect(try repository.folder.list("trash").isEmpty)
            try FileManager.default.removeItem(atPath: made[2].path)
            #expect(try list.all().map(\.isStale) == [true])
            #expect(try list.pruneStale(named: "other-") == [])
            #expect(try list.pruneStale(named: "run-") == ["run-agent2"])
            #expect(
                try repository.git("worktree", "list", "--porcelain").components(separatedBy: "worktree ").count == 2
            )
        }
    }
}
