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
            let held = try await repository.snapshot(sandbox: .bubblewrap)
            try repository.main.commit("by the user", files: ["u.txt": "u\n"])
            try repository.main.git("tag", "v1")
            try repository.main.git("branch", "topic")
            try repository.main.git("checkout", "--quiet", "topic")
            let state = try repository.protectedState()
            let inspection = try await repository.inspect(since: before)
            #expect(!inspection.isRefusing, "\(inspection.violations)")
            #expect(inspection.violations.allSatisfy { $0.attribution == .unknown && $0.remedy == .left })
            #expect(try repository.protectedState() == state)
            let sandboxed = try await repository.inspect(since: held)
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
        "With two agents at work a change past git is put back, neither is refused for it, and both are told",
        .timeLimit(.minutes(10))
    )
    func twoSuspects() async throws {
        try await withGuardedRepository { first in
            let second = try await GuardedRepository.make(of: first.main, agent: "B")
            let before = try await first.snapshot()
            let beforeSecond = try await second.snapshot(in: before.watch)
            let state = try first.protectedState()
            try await first.shell("git rev-parse feature > \"$COMMON/refs/heads/main\"; echo x >> \"$COMMON/config\"")
            for inspection in [
                try await second.inspect(since: beforeSecond), try await first.inspect(since: before),
            ] {
                #expect(!inspection.isRefusing)
                #expect(inspection.violations.map(\.subject) == ["refs/heads/main", "config"])
                #expect(inspection.violations.allSatisfy { $0.evidence.contains("agents A and B were at work") })
                #expect(inspection.checkResult.status == .warned)
                #expect(try first.protectedState() == state)
            }
        }
    }

    @Test("Each agent answers for its own moves, and other agents' work is no violation", .timeLimit(.minutes(10)))
    func twoAgents() async throws {
        try await withGuardedRepository { first in
            let second = try await GuardedRepository.make(of: first.main, agent: "B")
            let before = try await first.snapshot()
            let beforeSecond = try await second.snapshot(in: before.watch)
            try await first.shell("git commit -q --allow-empty -m a")
            try await second.shell("git commit -q --allow-empty -m b; git -c core.hooksPath= tag evil")
            let neighbours = [first.site, second.site]
            #expect(try await first.inspect(since: before, neighbours: neighbours).violations.isEmpty)
            // The first inspection has put the tag back already; who made it hears of it all the same.
            #expect(try first.main.git("tag") == "")
            let inspection = try await second.inspect(since: beforeSecond, neighbours: neighbours)
            #expect(inspection.violations.map(\.subject) == ["refs/tags/evil"])
            #expect(inspection.isRefusing)
        }
    }

    @Test("An agent that begins when a ref was moved already does not bring the move back", .timeLimit(.minutes(10)))
    func latecomer() async throws {
        try await withGuardedRepository { first in
            let second = try await GuardedRepository.make(of: first.main, agent: "B")
            let before = try await first.snapshot()
            let base = try first.main.commitID("main")
            try await first.shell("git -c core.hooksPath= update-ref refs/heads/main feature")
            let beforeSecond = try await second.snapshot(in: before.watch)
            try await second.shell(
                "git commit -q --allow-empty -m b; git -c core.hooksPath= update-ref refs/heads/main HEAD"
            )
            let late = try await second.inspect(since: beforeSecond)
            #expect(try first.main.commitID("main") == base)
            let early = try await first.inspect(since: before)
            #expect(try first.main.commitID("main") == base)
            #expect(early.isRefusing && late.isRefusing)
            #expect((early.violations + late.violations).allSatisfy { $0.attribution == .proved })
        }
    }

    @Test("A ref goes back to what the user moved it to during the wave", .timeLimit(.minutes(10)))
    func userBetween() async throws {
        try await withGuardedRepository { repository in
            let before = try await repository.snapshot()
            let user = try repository.main.commit("by the user", files: ["u.txt": "u\n"])
            try await repository.shell("git -c core.hooksPath= update-ref refs/heads/main feature")
            let inspection = try await repository.inspect(since: before)
            #expect(inspection.violations.first?.remedy == .undone)
            #expect(try repository.main.commitID("main") == user)
        }
    }

    @Test("A ref below one that was deleted does not keep that from coming back", .timeLimit(.minutes(10)))
    func folderInTheWay() async throws {
        try await withGuardedRepository { repository in
            let before = try await repository.snapshot()
            let state = try repository.protectedState()
            try await repository.shell(
                "git -c core.hooksPath= update-ref -d refs/heads/main; git -c core.hooksPath= branch main/x feature"
            )
            let inspection = try await repository.inspect(since: before)
            #expect(inspection.isRefusing)
            #expect(try repository.protectedState() == state, "\(inspection.violations.map(\.evidence))")
        }
    }

    @Test("HEAD written past its log goes back also when the branch it named moved", .timeLimit(.minutes(10)))
    func headAndBranch() async throws {
        try await withGuardedRepository { repository in
            let before = try await repository.snapshot()
            let state = try repository.protectedState()
            try await repository.shell(
                """
                bare() { env -i PATH="$PATH" HOME=/ GIT_DIR="$COMMON" git -c core.hooksPath=/dev/null "$@"; }
                git commit -q --allow-empty -m a
                bare update-ref refs/heads/main "$(git rev-parse HEAD)"
                bare symbolic-ref HEAD refs/heads/evil
                """
            )
            let inspection = try await repository.inspect(since: before)
            #expect(inspection.isRefusing)
            #expect(try repository.protectedState() == state, "\(inspection.violations.map(\.evidence))")
        }
    }

    @Test("Shared files that set-up commands change are the user's own", .timeLimit(.minutes(10)))
    func setUp() async throws {
        try await withGuardedRepository { first in
            let second = try await GuardedRepository.make(of: first.main, agent: "B")
            let before = try await first.snapshot()
            let changed = try await before.watch.accepting(tools: second.tools) {
                try second.main.git("config", "core.editor", "mine")
            }
            #expect(changed == ["config"])
            #expect(try await first.inspect(since: before).violations.isEmpty)
            #expect(try first.main.git("config", "core.editor") == "mine")
            let alone = try await before.watch.accepting(tools: second.tools) {
                try second.main.git("config", "core.editor", "again")
            }
            #expect(alone.isEmpty)
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
            let inspection = try await second.inspect(since: before, neighbours: [first.site])
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
            let before = try await repository.snapshot(remotes: ["origin"])
            try await repository.shell("git commit -q --allow-empty -m mine")
            try repository.main.git("push", "--quiet", "origin", "\(repository.site.branch):refs/heads/evil")
            let inspection = try await repository.inspect(since: before, command: command)
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
        hasOthers: Bool = false,
        isLanding: Bool = false,
        isUnsettled: Bool = false
    ) -> String {
        var suspects = [RefAttribution.Suspect(agent: AgentID("A"), mark: "(switchyard r/a)")]
        if hasOthers { suspects.append(RefAttribution.Suspect(agent: AgentID("B"), mark: "(switchyard r/b)")) }
        // An agent that is not at work any more made every value that is called so.
        var makers = Dictionary(
            entries.filter { $0.new == "gone" }.map { ($0.new, (agent: AgentID("G"), commit: $0.new)) }
        ) { $1 }
        if let own, let after { makers[after] = (agent: AgentID("A"), commit: own) }
        let decision = RefAttribution(
            suspects: suspects,
            owner: isOther ? AgentID("O") : nil,
            entries: entries,
            before: "o",
            after: after,
            makers: makers,
            isLogged: isLogged && after != nil,
            isRunnerMove: isRunner,
            isSandboxed: isSandboxed,
            isLandingBranch: isLanding,
            isUnsettled: isUnsettled
        ).decide()
        switch decision {
        case .ignored: return "ignored"
        case .incident(let accused, let remedy):
            let who = accused.map { "\($0.agent) \($0.attribution.rawValue)" }.joined(separator: ", ")
            switch remedy {
            case .leave: return who + "; left"
            case .toBefore: return who + "; undone"
            case .toLogged(let value): return who + "; to \(value)"
            }
        }
    }

    private func entry(
        _ new: String,
        from old: String = "o",
        mark: String = "",
        message: String = "commit: x"
    ) -> Reflog.Entry {
        Reflog.Entry(old: old, new: new, committer: "Ada \(mark) <a@b> 1 +0000", message: message)
    }

    @Test("The decision follows the traces, strongest first")
    func decisions() {
        let mine = entry("n", mark: "(switchyard r/a)")
        let others = entry("n", mark: "(switchyard r/b)")
        #expect(decide(entries: [mine]) == "A proved; undone")
        #expect(decide(entries: [mine], isRunner: true, isSandboxed: true) == "A proved; undone")
        #expect(decide(entries: [mine, entry("n", from: "n")]) == "A proved; left")
        #expect(decide(entries: [entry("u"), mine]) == "A proved; to u")
        #expect(
            decide(entries: [mine, entry("n", from: "n", mark: "(switchyard r/b)")], hasOthers: true)
                == "A proved, B proved; undone"
        )
        // What was written over a marked move may have been anybody's.
        #expect(
            decide(entries: [entry("m", mark: "(switchyard r/a)")], hasOthers: true) == "A proved, B unknown; undone"
        )
        #expect(decide(entries: [entry("m", mark: "(switchyard r/a)")]) == "A proved; undone")
        let later = entry("n", from: "x", mark: "(switchyard r/a)")
        #expect(decide(entries: [later], hasOthers: true) == "A proved, B unknown; undone")
        #expect(
            decide(entries: [entry("o", from: "x"), entry("n", mark: "(switchyard r/a)")], hasOthers: true)
                == "A proved; to o"
        )
        #expect(decide(entries: [others]) == "ignored")
        #expect(decide(entries: [entry("n", message: "switchyard: land")]) == "ignored")
        #expect(decide(entries: [entry("n")]) == "A unknown; left")
        #expect(decide(entries: [entry("n")], hasOthers: true) == "A unknown, B unknown; left")
        #expect(decide(entries: [entry("n")], own: "c") == "A proved; undone")
        // The commit may have been written past git by another agent, or over another one's move.
        #expect(decide(own: "n", hasOthers: true) == "A proved, B unknown; undone")
        // A landing of another run stays; a log that calls the agent's own commit one does not save it.
        #expect(decide(entries: [entry("n", message: "switchyard: land")], own: "c") == "A proved; left")
        #expect(decide(entries: [entry("n", message: "switchyard: land")], own: "n") == "A proved; undone")
        #expect(decide() == "A likely; undone")
        #expect(decide(entries: [entry("u")], after: "w") == "A likely; to u")
        #expect(decide(hasOthers: true) == "A unknown, B unknown; undone")
        // What an agent put there that is judged already is no place to go back to, and does not stay.
        #expect(decide(entries: [entry("gone")]) == "A likely; undone")
        #expect(decide(entries: [entry("u"), entry("gone")], after: "gone") == "A unknown; left")
        #expect(decide(entries: [entry("u"), entry("gone")], after: "gone", isUnsettled: true) == "A unknown; to u")
        #expect(decide(isLogged: false) == "A unknown; left")
        #expect(decide(isRunner: true) == "ignored")
        #expect(decide(isSandboxed: true) == "ignored")
        #expect(decide(after: nil) == "A unknown; left")
        #expect(decide(after: nil, isLanding: true) == "A likely; undone")
        #expect(decide(after: nil, isOther: true) == "A likely; undone")
        #expect(decide(isOther: true) == "ignored")
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
