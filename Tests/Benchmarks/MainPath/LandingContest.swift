import Foundation
import Git
import Orchestrator
import RunModel
import Services

/// Branches merged one after the other and landed on the checked-out `main`: the merge train against git's merges.
///
/// Each contender works in a fresh copy of the repository, ends with the branch moved and the working tree brought along.
/// All trees must come out equal.
struct LandingContest {
    let workplace: Workplace
    let repository: GeneratedRepository

    func make(count: Int) -> Contest {
        let requirement = count == 64 && repository.fileCount == 10_000
        return Contest(
            title: "\(count) branches landed",
            contenders: [
                .init(name: "merge train") { round in
                    try await inCopy(count, round) { try await train($0, count, isProven: false) }
                },
                .init(name: "git merge") { round in
                    try await inCopy(count, round) { copy in
                        try await workplace.shell(
                            loop(count, "git merge -q --no-ff --no-stat -m \"Merge agent $i\" agent/$i || exit 1"),
                            in: copy
                        ).duration
                    }
                },
                .init(name: "git merge-tree + commit-tree") { round in
                    try await inCopy(count, round) { try await mergeTree($0, count) }
                },
                .init(name: "merge train with its proof") { round in
                    try await inCopy(count, round) { try await train($0, count, isProven: true) }
                },
            ],
            targets: requirement ? ["git merge": 10, "git merge-tree + commit-tree": 2] : [:]
        )
    }

    private func loop(_ count: Int, _ body: String) -> String {
        "i=1; while [ $i -le \(count) ]; do \(body); i=$((i+1)); done"
    }

    private func mergeTree(_ copy: String, _ count: Int) async throws -> Duration {
        let step =
            "tree=$(git merge-tree --write-tree $head agent/$i) || exit 1;"
            + " head=$(git commit-tree $tree -p $head -p agent/$i -m \"Merge agent $i\") || exit 1"
        let script = "head=$(git rev-parse main); " + loop(count, step) + "; git merge -q --ff-only --no-stat $head"
        return try await workplace.shell(script, in: copy).duration
    }

    /// Builds and lands as a run does; with the proof that no hunk of any candidate is lost, if wanted.
    private func train(_ copy: String, _ count: Int, isProven: Bool) async throws -> Duration {
        let lane = GitLane(name: "benchmark")
        let names = (1...count).map { "refs/heads/agent/\($0)" }
        let started = ContinuousClock.now
        let (head, tips) = try await lane.run(at: copy) { repository throws(GitError) -> (OID, [OID]) in
            var tips: [OID] = []
            for name in names { tips.append(try repository.resolve(name)) }
            return (try repository.resolve("refs/heads/main"), tips)
        }
        let candidates = tips.enumerated().map { number, tip in
            MergeCandidate(agent: AgentID("\(number + 1)"), title: "Agent \(number + 1)", tip: tip, base: head)
        }
        let rules = TrainRules(run: RunID("20260101-000000-bench"), time: 1_770_000_000)
        let merging = MergeTrain(repository: copy, lane: lane)
        let build = try await merging.build(candidates, onto: head, rules: rules)
        guard build.merged.count == count else {
            throw BenchmarkFailure("The train took \(build.merged.count) of \(count) branches.")
        }
        if isProven {
            let lost = try await merging.lostHunks(of: build, rules: rules)
            guard lost.isEmpty else { throw BenchmarkFailure("The train lost \(lost.count) hunks.") }
        }
        let lease = Lease(name: "land", holder: "benchmark", token: FencingToken(1))
        let fence = LandingFence(lease: lease, folder: copy + "/.git/fences") { true }
        _ = try fence.raise()
        let outcome = try await LandingStep(repository: copy, lane: lane).land(
            branch: "refs/heads/main",
            from: head,
            to: build.commit,
            message: "benchmark: land",
            fence: fence
        )
        guard outcome == .landed(wasThere: false) else { throw BenchmarkFailure("The landing came to \(outcome).") }
        return ContinuousClock.now - started
    }

    /// Runs the body in a fresh copy and checks what it left against what the others left.
    private func inCopy(
        _ count: Int,
        _ round: Int,
        _ body: (String) async throws -> Duration
    ) async throws -> Duration {
        let copy = workplace.appending("landing")
        try await repository.copy(to: copy, in: workplace)
        try await workplace.settle()
        let duration = try await body(copy)
        let expected = workplace.appending("landed-\(repository.fileCount)-\(count)")
        let result = try await workplace.shell(
            "git rev-list --count --merges main && git rev-parse 'main^{tree}' && git status --porcelain -uall",
            in: copy
        ).output
        if let earlier = try? String(contentsOfFile: expected, encoding: .utf8) {
            guard result == earlier else {
                throw BenchmarkFailure("The contenders did not land the same:\n\(earlier)\n\(result.prefix(300))")
            }
        } else {
            guard result.hasPrefix("\(count)\n"), result.split(separator: "\n").count == 2 else {
                throw BenchmarkFailure("The landing left an odd state: \(result.prefix(300))")
            }
            try result.write(toFile: expected, atomically: true, encoding: .utf8)
        }
        try await workplace.shell("rm -rf '\(copy)'", in: workplace.folder)
        return duration
    }
}
