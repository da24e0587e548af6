import ChildProcesses
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

// Serial: each case starts dozens of git processes, and all at once they starve each other past the time limit.
@Suite("Whatever an agent's git does outside of its branch is refused, or found and put back", .serialized)
struct GuardAttackTests {
    /// What becomes of an attack when no sandbox holds the agent.
    enum Outcome: Sendable {
        /// The command fails and nothing has happened.
        case refused
        /// It gets through; the inspection finds it, refuses the work, and the repository is as before.
        case undone
        /// It gets through; the inspection says so, but cannot tell who did it, and leaves it.
        case reported
    }

    struct Attack: Sendable, CustomTestStringConvertible {
        var script: String
        var outcome: Outcome

        var testDescription: String { script }

        init(_ outcome: Outcome, _ script: String) {
            self.script = script
            self.outcome = outcome
        }
    }

    private static let attacks: [Attack] = [
        Attack(.refused, "git update-ref refs/heads/main HEAD"),
        Attack(.refused, "git checkout -B main"),
        Attack(.refused, "git checkout -B feature"),
        Attack(.refused, "git checkout main"),
        Attack(.refused, "git symbolic-ref HEAD refs/heads/main; git commit --allow-empty -m evil"),
        Attack(.refused, "git checkout --ignore-other-worktrees main; git commit --allow-empty -m evil"),
        Attack(.refused, "git branch new"),
        Attack(.refused, "git checkout -b new"),
        Attack(.refused, "git switch -c new"),
        Attack(.refused, "git tag v1"),
        Attack(.refused, "git tag -a -m v1 v1"),
        Attack(.refused, "echo x >> a.txt; git stash"),
        Attack(.refused, "git branch -f main"),
        Attack(.refused, "git branch -f feature"),
        Attack(.refused, "git branch -D feature"),
        Attack(.refused, "git merge feature -m merged"),
        Attack(.refused, "git merge --no-verify feature -m merged"),
        Attack(.refused, "git pull . feature --no-rebase --no-edit"),
        Attack(.refused, "git push origin HEAD"),
        Attack(.refused, "git push --no-verify origin HEAD:refs/heads/main"),
        Attack(.refused, "git -c core.hooksPath= push origin HEAD:refs/heads/main"),
        Attack(.refused, "git -c protocol.allow=always push --no-verify origin HEAD"),
        Attack(.refused, "git push --no-verify \"$MAIN/../origin.git\" HEAD:refs/heads/evil"),
        Attack(.refused, "git fetch origin"),
        Attack(.refused, "GIT_DIR=\"$COMMON\" git update-ref refs/heads/main HEAD~0"),
        Attack(.refused, "git --git-dir=\"$COMMON\" branch evil"),
        Attack(.refused, "git -C \"$MAIN\" commit --allow-empty -m evil"),
        Attack(.refused, "git -C \"$MAIN\" tag evil"),
        Attack(.refused, "git -C \"$MAIN\" reset --hard feature"),
        Attack(.refused, "git worktree add ../other -b other"),
        Attack(.refused, "git worktree add --detach ../other"),
        Attack(.refused, "git update-ref -d refs/heads/feature"),
        Attack(.refused, "git update-ref -d HEAD"),
        Attack(.refused, "git pack-refs --all"),
        Attack(.refused, "git notes add -m note"),
        Attack(.refused, "git update-ref refs/switchyard/x HEAD"),
        Attack(.undone, "git -c core.hooksPath= update-ref refs/heads/main HEAD"),
        Attack(.undone, "git -c core.hooksPath= update-ref refs/heads/main refs/heads/feature"),
        Attack(.undone, "git -c core.hooksPath= tag v1"),
        Attack(.undone, "git -c core.hooksPath= branch new feature"),
        Attack(.undone, "git -c core.hooksPath= branch -f feature main"),
        Attack(.undone, "git -c core.hooksPath= -C \"$MAIN\" commit --allow-empty -m evil"),
        Attack(.undone, "echo x >> a.txt; git -c core.hooksPath= stash"),
        Attack(.undone, "env -i PATH=\"$PATH\" git -C \"$MAIN\" update-ref refs/heads/main $(git rev-parse HEAD)"),
        Attack(.undone, "git rev-parse HEAD > \"$COMMON/refs/heads/main\""),
        Attack(.undone, "git rev-parse feature > \"$COMMON/refs/heads/main\""),
        Attack(.undone, "git rev-parse feature > \"$COMMON/refs/heads/evil\""),
        Attack(.undone, "git -C \"$MAIN\" symbolic-ref -m evil HEAD refs/heads/feature"),
        Attack(.undone, "git config user.name Evil"),
        Attack(.undone, "git remote add evil https://example.org/evil"),
        Attack(.undone, "git config --worktree core.hooksPath /nowhere"),
        Attack(.undone, "git config --worktree --unset core.hooksPath; git config core.hooksPath /nowhere"),
        Attack(.undone, "printf '#!/bin/sh\\n' > \"$COMMON/hooks/post-checkout\""),
        Attack(.undone, "echo '*.txt -diff' > \"$COMMON/info/attributes\""),
        Attack(.undone, "echo hidden >> \"$COMMON/info/exclude\""),
        Attack(.undone, "echo 'exit 0' > \"$GUARD/hooks/reference-transaction\""),
        Attack(.undone, "rm -r \"$GUARD/hooks\"; git tag v1"),
        Attack(.reported, "env -i PATH=\"$PATH\" HOME=\"$HOME\" git -C \"$MAIN\" commit --allow-empty -m evil"),
        Attack(.reported, "git -c core.hooksPath= branch -D feature"),
    ]

    @Test("Without a sandbox", .timeLimit(.minutes(10)), arguments: attacks)
    func unsandboxed(attack: Attack) async throws {
        try await withGuardedRepository { repository in
            try await repository.shell("echo mine > mine.txt && git add -A && git commit -qm mine")
            let before = try await repository.snapshot()
            let state = try repository.protectedState()
            let output = try await repository.shell(attack.script)
            let isRefused = attack.outcome == .refused
            #expect(output.ending.isSuccess != isRefused, "\(output.outputText)\(output.errorText)")
            if isRefused { #expect(try repository.protectedState() == state) }
            let inspection = try await repository.inspect(since: before)
            #expect(inspection.isRefusing == (attack.outcome == .undone), "\(inspection.violations)")
            switch attack.outcome {
            case .refused: #expect(!inspection.violations.contains { $0.kind != .attempt }, "\(inspection.violations)")
            case .undone:
                #expect(try repository.protectedState() == state)
                #expect(inspection.checkResult.reason == .guardViolation)
            case .reported: #expect(inspection.checkResult.status == .warned)
            }
        }
    }

    @Test("With bubblewrap nothing gets through, whatever the way around the hooks", .timeLimit(.minutes(10)))
    func sandboxed() async throws {
        guard await SandboxKind.detect().kind == .bubblewrap else { return }
        try await withGuardedRepository { repository in
            let plan = SandboxPlan(
                site: repository.site,
                repository: repository.main.path,
                worktrees: repository.main.folder.appending("worktrees"),
                remotes: [repository.main.folder.appending("origin.git")]
            )
            try await plan.prepare(tools: repository.tools)
            let policy = try #require(plan.policy(kind: .bubblewrap))
            try await IsolationCheck(site: repository.site).require(
                environment: repository.environment,
                sandbox: policy,
                runner: repository.tools.runner
            )
            let own = "echo mine > mine.txt && git add -A && git commit -qm mine"
            let committed = try await repository.shell(own, sandbox: policy)
            #expect(committed.ending.isSuccess, "\(committed.errorText)")
            let state = try repository.protectedState()
            for attack in Self.attacks where !attack.script.contains("$GUARD") && !attack.script.contains("--worktree")
            {
                let before = try await repository.snapshot(sandbox: .bubblewrap)
                try await repository.shell(attack.script, sandbox: policy)
                #expect(try repository.protectedState() == state, "\(attack.script)")
                let inspection = try await repository.inspect(since: before)
                #expect(!inspection.isRefusing, "\(attack.script): \(inspection.violations)")
                try await repository.shell(
                    "git symbolic-ref HEAD \(repository.site.branch); git checkout -q .",
                    sandbox: policy
                )
            }
            let gone = try await repository.shell(
                "rm -rf \"$MAIN/a.txt\" \"$COMMON/refs\" \"$COMMON/config\" \"$GUARD/hooks\"",
                sandbox: policy
            )
            #expect(!gone.ending.isSuccess)
            #expect(try repository.protectedState() == state)
        }
    }

    @Test(
        "What an agent needs for its own branch works",
        .timeLimit(.minutes(10)),
        arguments: [
            "git commit --allow-empty -m two", "git commit --amend -m again", "git reset --hard HEAD~1",
            "git commit -q --allow-empty -m two && git reset --soft HEAD~1 && git commit --allow-empty -m three",
            "git rebase --quiet --force-rebase HEAD~1", "git revert --no-edit HEAD",
            "git cherry-pick feature",
            "git checkout --detach -q && git commit -q --allow-empty -m d && git checkout -q -",
            "echo x >> a.txt; git add -A; git rm -q --cached a.txt; git reset -q; git checkout -q -- a.txt",
            "GIT_SEQUENCE_EDITOR=true git rebase --quiet -i --autosquash HEAD~1",
            "git bisect start && git bisect reset",
            "git log && git status && git diff main",
            "git init -q ../scratch && cd ../scratch && git commit -q --allow-empty -m a && git branch b && git tag t "
                + "&& git checkout -q b && git commit -q --allow-empty -m b && git checkout -q - "
                + "&& git commit -q --allow-empty -m c && git merge -q b -m merged && git stash list",
        ]
    )
    func allowed(script: String) async throws {
        try await withGuardedRepository { repository in
            try await repository.shell("echo mine > mine.txt && git add -A && git commit -qm mine")
            let before = try await repository.snapshot()
            let output = try await repository.shell(script)
            #expect(output.ending.isSuccess, "\(output.outputText)\(output.errorText)")
            let inspection = try await repository.inspect(since: before)
            #expect(inspection.violations.isEmpty, "\(inspection.violations)")
        }
    }

    @Test("Refusals tell the agent what to do instead", .timeLimit(.minutes(10)))
    func messages() async throws {
        try await withGuardedRepository { repository in
            let script = """
                git commit -q --allow-empty -m mine
                git tag v1; echo x >> a.txt; git stash; git commit -qam x; git merge feature -m merged
                git merge --no-verify -q feature -m merged; git merge --abort; git push -q origin HEAD
                GIT_ALLOW_PROTOCOL=file git -c url.x.pushInsteadOf=y push -q "$MAIN/../origin.git" HEAD
                git -C "$MAIN" tag v2
                """
            let before = try await repository.snapshot()
            let output = try await repository.shell(script)
            let inspection = try await repository.inspect(since: before)
            let text =
                output.errorText + "\n" + FindingList.text(inspection.checkResult.findings)
                + inspection.checkResult.summary + "\n"
            Snapshot.expect(text, matches: "refusals.txt")
        }
    }
}
