import Git
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

// Serial: each case starts dozens of git processes, and all at once they starve each other past the time limit.
@Suite("Whatever state an agent leaves, its work is taken in or saved", .serialized)
struct WorkCollectorTests {
    @Test("Uncommitted work is committed with the task's message", .timeLimit(.minutes(10)))
    func uncommitted() async throws {
        try await withGuardedRepository { repository in
            try await repository.shell("echo x > new.txt; echo y >> a.txt; rm src/b.txt; echo z > '.hidden é'")
            let work = try await repository.collect()
            let tip = try #require(work.tip)
            #expect(work.isByRunner)
            #expect(work.findings.isEmpty)
            #expect(work.statistics == ChangeStatistics(commits: 1, files: 4, insertions: 3, deletions: 1))
            #expect(try repository.main.git("log", "-1", "--format=%s|%an", tip) == "a: do it|Runner")
            #expect(try repository.main.commitID(repository.site.branch) == tip)
            #expect(try repository.main.git(in: repository.site.worktree, "status", "--porcelain") == "")
        }
    }

    @Test("Own commits stay as they are, and nothing is made where nothing is left", .timeLimit(.minutes(10)))
    func committed() async throws {
        try await withGuardedRepository { repository in
            let none = try await repository.collect()
            #expect(none.tip == repository.site.base)
            #expect(none.statistics == ChangeStatistics())
            try await repository.shell("echo x > new.txt; git add -A; git commit -qm own")
            let work = try await repository.collect()
            #expect(!work.isByRunner)
            #expect(work.statistics.commits == 1)
        }
    }

    @Test("Commits made on a detached HEAD are taken in", .timeLimit(.minutes(10)))
    func detached() async throws {
        try await withGuardedRepository { repository in
            try await repository.shell(
                "git checkout -q --detach; echo x > n; git add n; git commit -qm one; echo y > m"
            )
            let work = try await repository.collect()
            #expect(work.findings.map(\.code) == ["head-off-branch"])
            #expect(work.findings.map(\.severity) == [.warning])
            #expect(work.statistics.commits == 2)
            #expect(try repository.main.files(at: repository.site.branch).contains("m"))
            let head = try repository.main.git(in: repository.site.worktree, "symbolic-ref", "HEAD")
            #expect(head == repository.site.branch)
        }
    }

    @Test("HEAD on main with uncommitted files is brought home when nothing else differs", .timeLimit(.minutes(10)))
    func onMain() async throws {
        try await withGuardedRepository { repository in
            try await repository.shell("git symbolic-ref HEAD refs/heads/main; echo x > n")
            let work = try await repository.collect()
            #expect(work.findings.map(\.severity) == [.warning])
            #expect(work.isByRunner)
            #expect(try repository.main.commitID("main") == repository.site.base)
        }
    }

    @Test("Work on another line is saved under a ref and refused", .timeLimit(.minutes(10)))
    func astray() async throws {
        try await withGuardedRepository { repository in
            try await repository.shell(
                "git commit -q --allow-empty -m own; git checkout -q --detach feature; echo x > n; git add n; git commit -qm one; echo y > m"
            )
            let work = try await repository.collect()
            #expect(work.findings.map(\.severity) == [.error])
            let kept = try #require(work.rescued.first)
            #expect(try repository.main.files(at: kept).contains("m"))
            #expect(try repository.main.files(at: kept).contains("feature.txt"))
            #expect(try repository.main.git("log", "-1", "--format=%s", try #require(work.tip)) == "own")
        }
    }

    @Test(
        "An unfinished operation is saved with its conflict and refused",
        .timeLimit(.minutes(10)),
        arguments: ["cherry-pick", "rebase", "merge --no-commit"]
    )
    func unfinished(operation: String) async throws {
        try await withTemporaryFolder { folder in
            let main = try TemporaryRepository(in: folder)
            try main.commit("base", files: ["a.txt": "one\n"])
            try main.branch("feature", files: ["a.txt": "two\n"])
            let repository = try await GuardedRepository.make(of: main)
            try await repository.shell(
                "echo three > a.txt; git commit -qam mine; git \(operation) feature; echo u > u.txt"
            )
            let work = try await repository.collect()
            #expect(work.findings.map(\.code) == ["unfinished-operation"])
            let kept = try #require(work.rescued.first)
            #expect(try main.text(of: "a.txt", at: kept).contains("<<<<<<<"))
            #expect(try main.files(at: kept).contains("u.txt"))
            Snapshot.expect(
                FindingList.text(work.findings),
                matches: "unfinished-\(operation.split(separator: " ")[0]).txt"
            )
        }
    }

    @Test("A mark that a finished cherry-pick left in a sandbox does not hold the work up", .timeLimit(.minutes(10)))
    func residue() async throws {
        try await withGuardedRepository { repository in
            try await repository.shell("git cherry-pick feature; echo more > more.txt")
            let mark = try repository.main.commitID("feature")
            try GuardFiles.write(mark + "\n", to: repository.site.worktreeGitFolder + "/CHERRY_PICK_HEAD")
            let work = try await repository.collect()
            #expect(work.findings.isEmpty)
            #expect(work.statistics.commits == 2)
        }
    }

    @Test("A deleted branch is reported, and its last state saved", .timeLimit(.minutes(10)))
    func branchGone() async throws {
        try await withGuardedRepository { repository in
            try await repository.shell("echo x > n; git add n; git commit -qm one; echo y > m")
            try await repository.shell("git -c core.hooksPath= update-ref -d \(repository.site.branch)")
            let work = try await repository.collect()
            #expect(work.tip == nil)
            #expect(work.findings.map(\.code) == ["branch-gone"])
            let kept = try #require(work.rescued.first)
            #expect(try repository.main.files(at: kept).contains("m"))
        }
    }
}
