import ChildProcesses
import Git
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

// Serial: each case starts dozens of git processes, and all at once they starve each other past the time limit.
@Suite("Who moved a ref is said only as far as it is known", .serialized)
struct GuardInspectorTests {
    @Test("The user may commit, branch, tag and switch while agents work", .timeLimit(.minutes(10)))
    func userWorks() async throws {
        try await withGuardedRepository { repository in
            let before = try await repository.snapshot()
            try repository.main.commit("by the user", files: ["u.txt": "u\n"])
            try repository.main.git("tag", "v1")
            try repository.main.git("branch", "topic")
            try repository.main.git("checkout", "--quiet", "topic")
            let state = try repository.protectedState()
            let inspection = try await repository.inspect(since: before)
            #expect(!inspection.isRefusing, "\(inspection.violations)")
            #expect(inspection.violations.allSatisfy { $0.attribution == .unknown && $0.remedy == .left })
            #expect(try repository.protectedState() == state)
            let sandboxed = try await repository.inspect(since: before, sandbox: .bubblewrap)
            #expect(sandboxed.violations.isEmpty)
        }
    }

    @Test("An upstream written to the settings is harmless, another setting is put back and kept")
    func settings() async throws {
        try await withGuardedRepository { repository in
            let before = try await repository.snapshot()
            try repository.main.git("config", "branch.main.vscode-merge-base", "origin/main")
            #expect(try await repository.inspect(since: before).violations.isEmpty)
            try repository.main.git("config", "core.editor", "evil")
            let inspection = try await repository.inspect(since: before)
            let violation = try #require(inspection.violations.first)
            #expect(violation.attribution == .likely)
            let kept = try #require(violation.kept.flatMap { GuardFiles.text($0) })
            #expect(kept.contains("editor = evil"))
            #expect(try repository.main.tryGit("config", "core.editor").status != 0)
        }
    }

    @Test(
        "With two agents at work a change past git is put back, and neither is refused for it",
        .timeLimit(.minutes(10))
    )
    func twoSuspects() async throws {
        try await withGuardedRepository { first in
            let second = try await GuardedRepository.make(of: first.main, agent: "B")
            let before = try await second.snapshot()
            let state = try first.protectedState()
            try await first.shell("git rev-parse feature > \"$COMMON/refs/heads/main\"; echo x >> \"$COMMON/config\"")
            let inspection = try await second.inspect(since: before, others: [first.site])
            #expect(!inspection.isRefusing)
            #expect(inspection.violations.count == 2)
            #expect(try first.protectedState() == state)
        }
    }

    @Test("Each agent answers for its own moves, and other agents' work is no violation", .timeLimit(.minutes(10)))
    func twoAgents() async throws {
        try await withGuardedRepository { first in
            let second = try await GuardedRepository.make(of: first.main, agent: "B")
            let before = (try await first.snapshot(), try await second.snapshot())
            try await first.shell("git commit -q --allow-empty -m a")
            try await second.shell("git commit -q --allow-empty -m b; git -c core.hooksPath= tag evil")
            #expect(try await first.inspect(since: before.0, others: [second.site]).violations.isEmpty)
            let inspection = try await second.inspect(since: before.1, others: [first.site])
            #expect(inspection.violations.map(\.subject) == ["refs/tags/evil"])
            #expect(inspection.isRefusing)
            #expect(try first.main.git("tag") == "")
        }
    }

    @Test("An agent that moves another's branch is found out, and the branch goes back", .timeLimit(.minutes(10)))
    func neighbour() async throws {
        try await withGuardedRepository { first in
            let second = try await GuardedRepository.make(of: first.main, agent: "B")
            try await first.shell("git commit -q --allow-empty -m a")
            let tip = try first.main.commitID(first.site.branch)
            let before = try await second.snapshot()
            try await second.shell("git -c core.hooksPath= update-ref \(first.site.branch) feature")
            let inspection = try await second.inspect(since: before, others: [first.site])
            #expect(inspection.isRefusing)
            #expect(try first.main.commitID(first.site.branch) == tip)
        }
    }

    @Test("What an agent put on a ref is kept when the ref goes back", .timeLimit(.minutes(10)))
    func kept() async throws {
        try await withGuardedRepository { repository in
            let before = try await repository.snapshot()
            try await repository.shell("git -c core.hooksPath= -C \"$MAIN\" commit -q --allow-empty -m evil")
            let evil = try repository.main.commitID("main")
            let inspection = try await repository.inspect(since: before)
            let kept = try #require(inspection.violations.first?.kept)
            #expect(kept == "refs/switchyard/rescued/\(GuardedRepository.run)/a/1")
            #expect(try repository.main.commitID(kept) == evil)
            #expect(try repository.main.commitID("main") == repository.site.base)
            Snapshot.expect(
                FindingList.text(inspection.checkResult.findings),
                matches: "main-moved.txt",
                normalizing: SnapshotNormalizer().replacing(String(evil.prefix(10)), with: "<evil>")
            )
        }
    }

    @Test("A ref that moved on after the agent's move is left alone", .timeLimit(.minutes(10)))
    func movedOn() async throws {
        try await withGuardedRepository { repository in
            let before = try await repository.snapshot()
            try await repository.shell("git -c core.hooksPath= -C \"$MAIN\" commit -q --allow-empty -m evil")
            let user = try repository.main.commit("by the user", files: ["u.txt": "u\n"])
            let inspection = try await repository.inspect(since: before)
            #expect(inspection.isRefusing)
            #expect(inspection.violations.first?.remedy == .left)
            #expect(try repository.main.commitID("main") == user)
        }
    }

    @Test("A push that reached the remote is reported", .timeLimit(.minutes(10)))
    func pushed() async throws {
        try await withGuardedRepository { repository in
            let command = GitCommand(environment: repository.tools.environment)
            let before = try await GuardSnapshot.take(
                repository.site,
                remotes: ["origin"],
                command: command,
                tools: repository.tools
            )
            try await repository.shell("git commit -q --allow-empty -m mine")
            try repository.main.git("push", "--quiet", "origin", "\(repository.site.branch):refs/heads/evil")
            let inspection = try await GuardInspector(site: repository.site, sandbox: .none)
                .inspect(since: before, command: command, tools: repository.tools)
            let push = try #require(inspection.violations.first { $0.kind == .pushed })
            #expect(push.subject == "refs/heads/evil on 'origin'")
            #expect(push.isRefusing)
        }
    }

    private func decide(
        entries: [Reflog.Entry] = [],
        after: String? = "n",
        own: String? = nil,
        isLogged: Bool = true,
        isRunner: Bool = false,
        isOther: Bool = false,
        isSandboxed: Bool = false,
        hasOthers: Bool = false
    ) -> RefAttribution.Decision {
        RefAttribution(
            mark: "(switchyard r/a)",
            entries: entries,
            after: after,
            ownCommit: own,
            isLogged: isLogged,
            isRunnerMove: isRunner,
            isOtherAgentsBranch: isOther,
            isSandboxed: isSandboxed,
            hasOtherSuspects: hasOthers
        ).decide()
    }

    private func entry(_ new: String, mark: String = "", message: String = "commit: x") -> Reflog.Entry {
        Reflog.Entry(old: "o", new: new, committer: "Ada \(mark) <a@b> 1 +0000", message: message)
    }

    @Test("The decision follows the traces, strongest first")
    func decisions() {
        func kind(_ decision: RefAttribution.Decision) -> String {
            switch decision {
            case .ignored: "ignored"
            case .violation(let attribution, _, let isUndone): "\(attribution.rawValue)\(isUndone ? " undone" : "")"
            }
        }
        let mine = entry("n", mark: "(switchyard r/a)")
        #expect(kind(decide(entries: [mine])) == "proved undone")
        #expect(kind(decide(entries: [mine], isRunner: true, isSandboxed: true)) == "proved undone")
        #expect(kind(decide(entries: [mine, entry("n")])) == "proved")
        #expect(kind(decide(entries: [entry("n", mark: "(switchyard r/b)")])) == "ignored")
        #expect(kind(decide(entries: [entry("n", message: "switchyard: land")])) == "ignored")
        #expect(kind(decide(entries: [entry("n")])) == "unknown")
        #expect(kind(decide(entries: [entry("n")], own: "c")) == "proved undone")
        #expect(kind(decide()) == "likely undone")
        #expect(kind(decide(hasOthers: true)) == "unknown undone")
        #expect(kind(decide(isLogged: false)) == "unknown")
        #expect(kind(decide(isRunner: true)) == "ignored")
        #expect(kind(decide(isSandboxed: true)) == "ignored")
        #expect(kind(decide(after: nil)) == "unknown")
        #expect(kind(decide(after: nil, isOther: true)) == "likely undone")
        #expect(kind(decide(isOther: true)) == "ignored")
    }

    @Test("A log entry is read with its mark")
    func reflog() {
        let zero = String(repeating: "0", count: 40)
        let one = String(repeating: "1", count: 40)
        let log = Reflog(
            "\(zero) \(one) Ada Example (switchyard r/a) <a@b> 1 +0000\tcommit (initial): x\n"
                + "\(one) \(zero) A <a@b> 1 +0000\n\(one) \(one) A <a@b> 1 +0000\tcheckout: moving from a to b\nbroken\n"
        )
        #expect(log.entries.map(\.mark) == ["(switchyard r/a)", nil, nil])
        #expect(log.entries.map(\.isCreation) == [true, false, false])
    }
}
