import Git
import Locking
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Settling a train", .timeLimit(.minutes(10)))
struct TrainSettlementTests {
    /// Answers from the files of a commit instead of running commands, and remembers what it was asked.
    private final class FileVerifier: TrainVerifying {
        private let repository: String
        private let lane = GitLane(name: "file-verifier")
        private let passes: @Sendable (_ files: [String], _ isFirstTime: Bool) -> Bool
        private let asked = Lock<[OID]>([])

        init(_ fixture: TrainFixture, passes: @escaping @Sendable (_ files: [String], _ isFirstTime: Bool) -> Bool) {
            repository = fixture.repository.path
            self.passes = passes
        }

        var isNeeded: Bool { true }
        var commits: [OID] { asked.withLock { $0 } }

        func verify(_ commit: OID) async throws -> VerifyFinished {
            let files = try await lane.run(at: repository) { repository throws(GitError) in
                try repository.allEntries(of: commit).map(\.path.description)
            }
            let isFirstTime = asked.withLock { commits in
                defer { commits.append(commit) }
                return !commits.contains(commit)
            }
            let isPassed = passes(files, isFirstTime)
            return VerifyFinished(
                commit: commit.hex,
                isPassed: isPassed,
                failedCommand: isPassed ? nil : "make check"
            )
        }
    }

    private struct Settled {
        var result: TrainResult
        var facts: [RunFact]
        var verified: [OID]
    }

    private func settle(
        _ candidates: [MergeCandidate],
        in fixture: TrainFixture,
        rules: TrainRules? = nil,
        passes: @escaping @Sendable (_ files: [String], _ isFirstTime: Bool) -> Bool
    ) async throws -> Settled {
        let verifier = FileVerifier(fixture, passes: passes)
        let facts = Lock<[RunFact]>([])
        let settlement = TrainSettlement(train: fixture.train, verifier: verifier) { fact in
            facts.withLock { $0.append(fact) }
        }
        let result = try await settlement.settle(candidates, onto: fixture.head(), rules: rules ?? fixture.rules())
        return Settled(result: result, facts: facts.withLock { $0 }, verified: verifier.commits)
    }

    private func fiveCandidates(_ fixture: TrainFixture) throws -> [MergeCandidate] {
        try ["A", "B", "C", "D", "E"].map { try fixture.candidate($0, files: ["\($0).txt": "\($0)\n"]) }
    }

    @Test("A train that passes is verified once, on the commit of the result")
    func passes() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let settled = try await settle(fiveCandidates(fixture), in: fixture) { _, _ in true }
            #expect(settled.verified == [settled.result.commit])
            #expect(settled.result.isVerified)
            #expect(settled.result.agents.count == 5)
            #expect(settled.facts.map(\.kind) == ["candidate_built", "verify_finished"])
        }
    }

    @Test("The one of five that breaks verify is named, the other four stay and are verified", arguments: 0..<5)
    func oneCulprit(index: Int) async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let candidates = try fiveCandidates(fixture)
            let culprit = candidates[index].agent
            let settled = try await settle(candidates, in: fixture) { files, _ in !files.contains("\(culprit).txt") }
            let result = settled.result

            #expect(result.agents == candidates.map(\.agent).filter { $0 != culprit })
            #expect(result.isVerified)
            #expect(settled.verified.contains(result.commit))
            #expect(result.verifications.last { $0.commit == result.commit.hex }?.isPassed == true)
            #expect(result.bisections.map(\.culprits) == [[culprit]])
            let refused = result.outcomes[index]
            #expect(refused.reason == .verifyFailure)
            #expect(refused.summary == "'make check' fails with its work on the train and passes without it")
            guard case .candidateBuilt(let last)? = settled.facts.last(where: { $0.kind == "candidate_built" }) else {
                Issue.record("no candidate")
                return
            }
            #expect(last.commit == result.commit.hex)
            #expect(last.outcomes == result.outcomes)
        }
    }

    @Test("Who depends on a culprit leaves with it")
    func dependents() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let settled = try await settle(
                [
                    try fixture.candidate("A", files: ["A.txt": "a\n"]),
                    try fixture.candidate("B", files: ["B.txt": "b\n"], dependsOn: ["A"]),
                    try fixture.candidate("C", files: ["C.txt": "c\n"]),
                ],
                in: fixture
            ) { files, _ in !files.contains("A.txt") }
            #expect(settled.result.agents == [AgentID("C")])
            #expect(settled.result.outcomes.map(\.reason) == [.verifyFailure, .dependencyRefused, nil])
            #expect(settled.result.outcomes[1].summary == "depends on A, whose work makes 'make check' fail")
        }
    }

    @Test("Work that conflicted only with a culprit gets its place on the train")
    func conflictWithCulprit() async throws {
        try await TrainFixture.with(["list.txt": numberedLines(9)]) { fixture in
            let settled = try await settle(
                [
                    try fixture.candidate("A", files: ["list.txt": numberedLines(9, replacing: [5: "A"]), "bad": "x"]),
                    try fixture.candidate("B", files: ["list.txt": numberedLines(9, replacing: [5: "B"])]),
                ],
                in: fixture
            ) { files, _ in !files.contains("bad") }
            #expect(settled.result.agents == [AgentID("B")])
            #expect(settled.result.outcomes.map(\.reason) == [.verifyFailure, nil])
            #expect(settled.verified.contains(settled.result.commit))
        }
    }

    @Test("Verify that fails without anybody's work blames nobody and lands nothing")
    func failingBase() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let settled = try await settle(fiveCandidates(fixture), in: fixture) { _, _ in false }
            #expect(settled.result.isBaseFailing)
            #expect(!settled.result.isVerified)
            #expect(!settled.result.hasWork)
            #expect(settled.result.outcomes.allSatisfy { $0.reason == .verifyFailure && $0.commit == nil })
            #expect(settled.result.bisections.first?.culprits.isEmpty == true)
        }
    }

    @Test("A failure that does not repeat keeps everybody and is reported")
    func flake() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let candidates = try fiveCandidates(fixture)
            let settled = try await settle(candidates, in: fixture) { files, isFirstTime in
                !(files.contains("E.txt") && isFirstTime)
            }
            #expect(settled.result.agents == candidates.map(\.agent))
            #expect(settled.result.isVerified)
            #expect(settled.result.findings.map(\.code) == ["verify-flaky"])
        }
    }

    @Test("Random culprits are exactly the refused, and what stays has passed", arguments: SeededRandom.seeds(12))
    func randomCulprits(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let names = (0..<random.int(in: 1...9)).map { "A\($0)" }
        let culprits = Set(names.filter { _ in random.oneIn(4) })
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let candidates = try names.map { try fixture.candidate($0, files: ["\($0).txt": $0]) }
            let settled = try await settle(candidates, in: fixture) { files, _ in
                culprits.allSatisfy { !files.contains("\($0).txt") }
            }
            let kept = names.filter { !culprits.contains($0) }
            #expect(settled.result.agents.map(\.rawValue) == kept, "seed \(seed)")
            #expect(settled.verified.contains(settled.result.commit) || kept.isEmpty, "seed \(seed)")
        }
    }

    @Test("Nothing to merge needs no verification")
    func nothing() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let settled = try await settle([], in: fixture) { _, _ in false }
            #expect(settled.verified.isEmpty)
            #expect(!settled.result.hasWork)
            #expect(settled.result.isVerified)
        }
    }
}
