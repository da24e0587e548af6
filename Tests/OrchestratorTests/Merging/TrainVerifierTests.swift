import ChildProcesses
import Foundation
import Git
import Locking
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Verifying a commit", .timeLimit(.minutes(10)))
struct TrainVerifierTests {
    private func worktree(_ fixture: TrainFixture) -> VerifyWorktree {
        VerifyWorktree(
            repository: fixture.repository.path,
            path: fixture.repository.folder.appending("verify"),
            name: "verify",
            lane: fixture.lane,
            command: GitCommand(environment: fixture.repository.gitFixture.environment)
        )
    }

    private func verifier(
        _ fixture: TrainFixture,
        commands: [String],
        baseline: [BaselineFailure] = [],
        limits: ChildLimits = ChildLimits(wallClock: .seconds(30))
    ) -> TrainVerifier {
        TrainVerifier(
            worktree: worktree(fixture),
            runner: ChildRunner(),
            options: TrainVerifier.Options(
                commands: commands,
                baseline: baseline,
                limits: limits,
                environment: fixture.repository.gitFixture.environment
            )
        )
    }

    /// A file outside the repository, for commands that behave differently the second time.
    private func marker(_ fixture: TrainFixture) -> String { fixture.repository.folder.appending("marker") }

    @Test("Commands run in a worktree that shows exactly the commit, and main is left alone")
    func passes() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let build = try await fixture.build([try fixture.candidate("A", files: ["a.txt": "a\n"])])
            let verifier = verifier(
                fixture,
                commands: ["test \"$(git rev-parse HEAD)\" = \(build.commit)", "test \"$(cat a.txt)\" = a"]
            )
            let finished = try await verifier.verify(build.commit)
            #expect(finished.isPassed)
            #expect(!finished.isFlaky)
            #expect(finished.commit == build.commit.hex)
            #expect(try fixture.repository.status().isEmpty)
            #expect(!fixture.repository.folder.exists("main/a.txt"))
        }
    }

    @Test("The first failing command is reported with the end of its output, later ones do not run")
    func fails() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let marker = marker(fixture)
            let failing = "seq 1 100; echo broken >&2; exit 3"
            let finished = try await verifier(fixture, commands: ["true", failing, "touch \(marker)"])
                .verify(fixture.head())
            #expect(!finished.isPassed)
            #expect(finished.failedCommand == failing)
            let output = try #require(finished.output)
            #expect(output.contains("broken"))
            #expect(output.hasSuffix("[exit status 3]"))
            #expect(!output.contains("\n50\n"), "only the last lines are kept")
            #expect(!fixture.repository.folder.exists("marker"))
        }
    }

    @Test("A command that passes when repeated passes, and is called flaky")
    func flaky() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let marker = marker(fixture)
            let finished = try await verifier(fixture, commands: ["test -e \(marker) || { touch \(marker); false; }"])
                .verify(fixture.head())
            #expect(finished.isPassed)
            #expect(finished.isFlaky)
        }
    }

    @Test("A command that failed on the base does not count")
    func baselineCommand() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let baseline = [BaselineFailure(command: "false", tests: [])]
            let finished = try await verifier(fixture, commands: ["false", "true"], baseline: baseline)
                .verify(fixture.head())
            #expect(finished.isPassed)
        }
    }

    @Test("Only tests that did not fail on the base count")
    func baselineTests() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            func verify(_ failing: [String]) async throws -> Bool {
                let lines = failing.map { "echo '--- FAIL: \($0) (0.00s)'" }.joined(separator: "; ")
                let command = lines.isEmpty ? "exit 1" : "\(lines); exit 1"
                let baseline = [BaselineFailure(command: command, tests: ["TestOld", "TestOlder"])]
                return try await verifier(fixture, commands: [command], baseline: baseline).verify(fixture.head())
                    .isPassed
            }
            let known = try await verify(["TestOld"])
            #expect(known)
            let new = try await verify(["TestOld", "TestNew"])
            #expect(!new)
            let unnamed = try await verify([])
            #expect(!unnamed, "a crash that names no test is no known failure")
        }
    }

    @Test("Without commands nothing is run and no fact is told")
    func nothingToVerify() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let facts = Lock<[String]>([])
            let settlement = TrainSettlement(train: fixture.train, verifier: verifier(fixture, commands: [])) { fact in
                facts.withLock { $0.append(fact.kind) }
            }
            let candidate = try fixture.candidate("A", files: ["a.txt": "a\n"])
            let result = try await settlement.settle([candidate], onto: fixture.head(), rules: fixture.rules())
            #expect(result.isVerified)
            #expect(facts.withLock { $0 } == ["candidate_built"])
            #expect(!fixture.repository.folder.exists("verify"))
        }
    }

    @Test("A command that moves HEAD has failed, and the worktree goes back")
    func movesHead() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            try fixture.repository.commit("second", files: ["b.txt": "b\n"])
            let head = try fixture.head()
            let verifier = verifier(fixture, commands: ["git checkout --quiet --detach HEAD~1"])
            let finished = try await verifier.verify(head)
            #expect(!finished.isPassed)
            #expect(finished.output?.contains("moved HEAD of the verify worktree") == true)
            let now = try await worktree(fixture).head()
            #expect(now == head)
        }
    }

    @Test("A command over its time limit has failed")
    func timeLimit() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let limits = ChildLimits(wallClock: .milliseconds(50), grace: .milliseconds(50))
            let finished = try await verifier(fixture, commands: ["exec sleep 600"], limits: limits)
                .verify(fixture.head())
            #expect(!finished.isPassed)
            #expect(finished.output?.contains("no end after") == true)
        }
    }

    @Test("Moving the worktree restores tracked files, drops untracked ones and keeps ignored ones")
    func moves() async throws {
        try await TrainFixture.with([".gitignore": "cache/\n", "base.txt": "base\n"]) { fixture in
            let first = try fixture.head()
            let second = try OID(hex: fixture.repository.commit("second", files: ["b.txt": "b\n"]))
            let worktree = worktree(fixture)
            let folder = fixture.repository.folder
            try await worktree.show(second)
            try folder.write("changed\n", to: "verify/base.txt")
            try folder.write("stray\n", to: "verify/stray.txt")
            try folder.write("kept\n", to: "verify/cache/kept.txt")

            try await worktree.show(first)

            #expect(try folder.read("verify/base.txt") == "base\n")
            #expect(!folder.exists("verify/stray.txt"))
            #expect(!folder.exists("verify/b.txt"))
            #expect(folder.exists("verify/cache/kept.txt"))
            let head = try await worktree.head()
            #expect(head == first)
        }
    }

    @Test("A worktree whose folder was removed is made again")
    func remade() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let worktree = worktree(fixture)
            try await worktree.show(fixture.head())
            try FileManager.default.removeItem(atPath: worktree.path)
            try await worktree.show(fixture.head())
            #expect(fixture.repository.folder.exists("verify/base.txt"))
        }
    }

    @Test("Real commands find the one of five, the rest lands as the very commit that was verified")
    func settlesAndLands() async throws {
        try await TrainFixture.with(["check.sh": "test ! -e broken\n"]) { fixture in
            let candidates = try ["A", "B", "C", "D", "E"].map { agent in
                try fixture.candidate(agent, files: [agent == "D" ? "broken" : "\(agent).txt": agent])
            }
            let verifier = verifier(fixture, commands: ["sh check.sh"])
            let settlement = TrainSettlement(train: fixture.train, verifier: verifier) { _ in }
            let base = try fixture.head()
            let result = try await settlement.settle(candidates, onto: base, rules: fixture.rules())
            #expect(result.agents.map(\.rawValue) == ["A", "B", "C", "E"])
            #expect(result.outcomes[3].reason == .verifyFailure)
            #expect(result.verifications.contains { $0.isPassed && $0.commit == result.commit.hex })

            let landing = LandingFixture(fixture)
            let outcome = try await landing.land(from: base, to: result.commit)
            #expect(outcome == .landed(wasThere: false))
            #expect(try fixture.head() == result.commit)
            #expect(try fixture.repository.status().isEmpty)
            #expect(try fixture.repository.read("A.txt") == "A")
        }
    }
}
