import ChildProcesses
import Foundation
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

// Serial: each case starts dozens of git processes, and all at once they starve each other past the time limit.
@Suite("The gate passes good work and names the reason for refusing other work", .serialized)
struct GateTests {
    private func row(_ text: String, _ kind: PathPattern.Kind = .path, region: Region? = nil) -> OwnedPath {
        OwnedPath(pattern: PathPattern(kind: kind, text: text), region: region)
    }

    private func assignment(outputs: [String] = [], tests: [String] = []) -> Assignment {
        let routes = Region(kind: .append, text: "APPEND at EOF")
        return Assignment(
            id: AgentID("A"),
            title: "A",
            ownership: Ownership(owned: [
                row("src", .folder), row("a.txt", region: routes), row("link"), row("mode.sh"),
            ]),
            outputs: outputs,
            tests: tests,
            commitMessage: "a: do it"
        )
    }

    private func judge(
        _ repository: GuardedRepository,
        _ script: String,
        assignment: Assignment? = nil,
        options: RunOptions = RunOptions(),
        others: [AgentID: String] = [:],
        baseline: [BaselineFailure] = []
    ) async throws -> Verdict {
        let mine = assignment ?? self.assignment()
        let other = Assignment(id: AgentID("B"), title: "B", ownership: Ownership(owned: [row("theirs", .folder)]))
        let plan = Plan(title: "T", file: "task.md", assignments: [mine, other])
        let before = try await repository.snapshot()
        try await repository.shell(script)
        let work = try await repository.collect(mine)
        let input = GateInput(
            run: GuardedRepository.run,
            plan: plan,
            assignment: mine,
            site: repository.site,
            work: work,
            others: others,
            guarding: try await repository.inspect(since: before),
            baseline: baseline,
            options: options,
            environment: repository.environment
        )
        return try await Gate(tools: repository.tools).judge(input)
    }

    @Test("Good work passes every check", .timeLimit(.minutes(10)))
    func good() async throws {
        try await withGuardedRepository { repository in
            let mine = assignment(outputs: ["src/new.txt"], tests: ["test -f src/new.txt", "true"])
            let verdict = try await judge(repository, "echo x > src/new.txt; echo three >> a.txt", assignment: mine)
            #expect(verdict.isPassed, "\(verdict)")
            let text = verdict.checks.map { "\($0.check): \($0.status.rawValue): \($0.summary)" }.joined(
                separator: "\n"
            )
            Snapshot.expect(text + "\n", matches: "good.txt", normalizing: .none)
        }
    }

    @Test(
        "Each kind of bad work is refused for its own reason",
        .timeLimit(.minutes(10)),
        arguments: [
            ("echo x > other.txt", .ownershipViolation), ("rm feature.txt a.txt", .ownershipViolation),
            ("git mv src/b.txt b.txt", .ownershipViolation), ("git mv a.txt src/a.txt", .ownershipViolation),
            ("sed -i 1d a.txt", .ownershipViolation), ("chmod +x a.txt", .ownershipViolation),
            ("ln -sf /etc/passwd src/link", .ownershipViolation), ("rm a.txt; ln -s src a.txt", .ownershipViolation),
            ("git mv a.txt A.txt", .ownershipViolation),
            ("echo x > theirs; rm theirs; mkdir theirs; echo x > theirs/x", .ownershipViolation),
            ("echo x > src/B.txt", .ownershipViolation),
            (
                "mkdir -p src/sub; git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),src/sub && git commit -qm sub",
                .ownershipViolation
            ),
            ("mkdir -p .github/workflows; echo x > .github/workflows/ci.yml", .protectedPath),
            ("echo '* -text' > .gitattributes", .protectedPath), ("echo x > task.md", .protectedPath),
            ("echo x > CLAUDE.md", .protectedPath), ("echo '*.o' > .gitignore", .ownershipViolation),
            ("true", .noWork), ("git commit -q --allow-empty -m nothing", .noWork),
            ("printf '<<<<<<< a\\n=======\\n>>>>>>> b\\n' > src/c.txt", .conflictMarkers),
            ("head -c 3000 /dev/zero > src/big.bin", .oversizedFile),
            ("printf 'k=ghp_%s\\n' aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC3 > src/k.txt", .secret),
            (
                "git checkout -q --detach feature; git -c core.hooksPath= update-ref \"$BRANCH\" HEAD; git symbolic-ref HEAD \"$BRANCH\"",
                .ownershipViolation
            ),
            (
                "echo x > src/x; git add -A; git commit -qm x; git -c core.hooksPath= merge -q feature -m m",
                .branchState
            ),
            (
                "git checkout -q --orphan new; git -c core.hooksPath= commit -qm o; git -c core.hooksPath= update-ref \"$BRANCH\" HEAD; git symbolic-ref HEAD \"$BRANCH\"",
                .branchState
            ),
            ("git -c core.hooksPath= tag evil; echo x > src/x", .guardViolation),
        ] as [(String, RefusalReason)]
    )
    func bad(script: String, reason: RefusalReason) async throws {
        try await withGuardedRepository { repository in
            var options = RunOptions()
            options.largestFileInBytes = 2_000
            options.areSecretsBlocking = true
            let script = script.replacing("$BRANCH", with: repository.site.branch)
            let verdict = try await judge(repository, script, options: options)
            let reasons = verdict.checks.compactMap(\.reason)
            #expect(reasons.contains(reason), "\(verdict)")
            if reason != .branchState { #expect(verdict.refusal == reason, "\(verdict)") }
        }
    }

    @Test("An allowed empty attempt passes with a warning", .timeLimit(.minutes(10)))
    func allowedEmpty() async throws {
        try await withGuardedRepository { repository in
            var options = RunOptions()
            options.isNoWorkAllowed = true
            let verdict = try await judge(repository, "true", options: options)
            #expect(verdict.isPassed)
        }
    }

    @Test("A missing output is refused", .timeLimit(.minutes(10)))
    func missingOutput() async throws {
        try await withGuardedRepository { repository in
            let verdict = try await judge(
                repository,
                "echo x > src/x",
                assignment: assignment(outputs: ["src/x", "src/y", "docs/"])
            )
            #expect(verdict.refusal == .missingOutput)
            #expect(verdict.findings.compactMap(\.file) == ["src/y", "docs/"])
        }
    }

    @Test(
        "Tests decide by what the base did not fail, and are skipped when the work is refused already",
        .timeLimit(.minutes(10))
    )
    func tests() async throws {
        try await withGuardedRepository { repository in
            let command = "echo 'not ok 1 - old'; [ -f src/good ] || echo 'not ok 2 - new'; false"
            let mine = assignment(tests: [command])
            let known = [BaselineFailure(command: command, tests: ["old"])]
            let refused = try await judge(repository, "echo x > src/bad", assignment: mine, baseline: known)
            #expect(refused.refusal == .testFailure)
            #expect(refused.findings.filter { $0.severity == .error }.count == 1)
            let passed = try await judge(repository, "echo x > src/good", assignment: mine, baseline: known)
            #expect(passed.isPassed, "\(passed)")
            #expect(passed.checks.last?.status == .warned)
            let skipped = try await judge(repository, "echo x > other", assignment: mine, baseline: known)
            #expect(skipped.checks.last?.status == .notApplicable)
        }
    }

    @Test("A test that hangs is ended and refused", .timeLimit(.minutes(10)))
    func hanging() async throws {
        try await withGuardedRepository { repository in
            var options = RunOptions()
            options.commandTimeout = .milliseconds(300)
            let verdict = try await judge(
                repository,
                "echo x > src/x",
                assignment: assignment(tests: ["sleep 1000"]),
                options: options
            )
            #expect(verdict.refusal == .testFailure)
        }
    }

    @Test(
        "Commits of another agent refuse the one that took them, not the one that made them",
        .timeLimit(.minutes(10))
    )
    func foreign() async throws {
        try await withGuardedRepository { first in
            let second = try await GuardedRepository.make(of: first.main, agent: "B")
            try await second.shell("mkdir -p src; echo b > src/from-b; git add -A; git commit -qm b")
            let theirs = try first.main.commitID(second.site.branch)
            let taken = try await judge(
                first,
                "git merge -q --ff-only \(second.site.branch)",
                others: [AgentID("B"): theirs]
            )
            #expect(taken.refusal == .branchState)
            #expect(taken.findings.contains { $0.code == "foreign-commits" })
            let mine = Assignment(id: AgentID("B"), title: "B", ownership: Ownership(owned: [row("src", .folder)]))
            let owner = try await judge(
                second,
                "true",
                assignment: mine,
                others: [AgentID("A"): try first.main.commitID(first.site.branch)]
            )
            #expect(owner.isPassed, "\(owner)")
        }
    }

    @Test("The baseline records what fails, with names where there are any", .timeLimit(.minutes(10)))
    func baseline() async throws {
        try await withTemporaryFolder { folder in
            let recorder = BaselineRecorder(runner: ChildRunner())
            let commands = [
                "true", "echo 'not ok 1 - b'; echo 'not ok 2 - a'; false", "exit 3", "sh tests/missing.sh",
                "no-such-program-here",
            ]
            let (failures, findings) = await recorder.record(
                commands,
                in: folder.path,
                environment: GitFixture(home: folder.path).environment,
                limit: .seconds(30)
            )
            #expect(
                failures == [
                    BaselineFailure(command: commands[1], tests: ["a", "b"], ended: "exit status 1"),
                    BaselineFailure(command: commands[2], tests: [], ended: "exit status 3"),
                    BaselineFailure(command: commands[4], tests: [], ended: "exit status 127"),
                ]
            )
            Snapshot.expect(FindingList.text(findings), matches: "baseline.txt")
        }
    }

    @Test("Messages of refused work can be read", .timeLimit(.minutes(10)))
    func messages() async throws {
        try await withGuardedRepository { repository in
            var options = RunOptions()
            options.largestFileInBytes = 2_000
            let script = """
                echo x > other.txt; sed -i 1d a.txt; echo x > CLAUDE.md; head -c 3000 /dev/zero > src/big.bin
                printf '<<<<<<< a\\n=======\\n>>>>>>> b\\n' > src/c.txt
                printf 'k=ghp_%s\\n' aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC3 > src/k.txt
                """
            let verdict = try await judge(
                repository,
                script,
                assignment: assignment(outputs: ["src/y"]),
                options: options
            )
            let text = verdict.checks.map { "\($0.check): \($0.status.rawValue): \($0.summary)" }.joined(
                separator: "\n"
            )
            Snapshot.expect(text + "\n\n" + FindingList.text(verdict.findings), matches: "refused.txt")
        }
    }
}
