import Foundation
import Git

/// Several worktrees of one commit: the fan-out against `git worktree add`.
struct WorktreeContest {
    let workplace: Workplace
    let repository: GeneratedRepository

    func make(count: Int) -> Contest {
        let requirement = count == 16 && repository.fileCount == 10_000
        return Contest(
            title: "\(count) worktree\(count == 1 ? "" : "s")",
            contenders: [
                .init(name: "fan-out") { round in try await fanOut(count, round) },
                .init(name: "git worktree add") { round in
                    let loop = "i=1; while [ $i -le \(count) ]; do \(Self.command("$i")) || exit 1; i=$((i+1)); done"
                    return try await withGit(loop, count, round, name: "one")
                },
            ]
                + (count == 1
                    ? []
                    : [
                        .init(name: "git worktree add, two at a time") { round in
                            let loop = "seq 1 \(count) | xargs -P 2 -I{} \(Self.command("{}"))"
                            return try await withGit(loop, count, round, name: "two")
                        }
                    ]),
            targets: requirement ? ["git worktree add": 3, "git worktree add, two at a time": 1.6] : [:]
        )
    }

    private static func command(_ number: String) -> String {
        "git worktree add -q --no-track -b $PREFIX-\(number) $OUT/\(number) main"
    }

    private func fanOut(_ count: Int, _ round: Int) async throws -> Duration {
        let out = workplace.appending("worktrees")
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        let requests = (1...count).map {
            WorktreeRequest(name: "fan-\($0)", path: "\(out)/\($0)", branch: "refs/heads/fan-\($0)")
        }
        let engine = WorktreeFanOut(
            repository: repository.path,
            command: GitCommand(environment: workplace.environment)
        )
        let lane = GitLane(name: "benchmark")
        let started = ContinuousClock.now
        _ = try await engine.create(requests, at: repository.head, lane: lane)
        let duration = ContinuousClock.now - started
        try await check(out, count)
        try await clean(out)
        return duration
    }

    private func withGit(_ loop: String, _ count: Int, _ round: Int, name: String) async throws -> Duration {
        let out = workplace.appending("worktrees")
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        let script = "PREFIX=\(name); OUT='\(out)'; \(loop)".replacing("$PREFIX", with: name).replacing(
            "$OUT",
            with: out
        )
        let duration = try await workplace.shell(script, in: repository.path).duration
        try await check(out, count)
        try await clean(out)
        return duration
    }

    /// The first and the last one have every file, and git finds nothing changed.
    private func check(_ out: String, _ count: Int) async throws {
        for number in Set([1, count]) {
            let status = try await workplace.shell(
                "git status --porcelain && git ls-files | wc -l && find . -type f ! -path ./.git | wc -l",
                in: "\(out)/\(number)"
            )
            let counts = status.output.split(whereSeparator: \.isWhitespace)
            guard counts == ["\(repository.fileCount)", "\(repository.fileCount)"] else {
                throw BenchmarkFailure("A worktree differs from its commit: \(status.output.prefix(200))")
            }
        }
    }

    private func clean(_ out: String) async throws {
        try await workplace.shell(
            "rm -rf '\(out)' && git worktree prune && git for-each-ref --format='delete %(refname)'"
                + " 'refs/heads/fan-*' 'refs/heads/one-*' 'refs/heads/two-*' | git update-ref --stdin",
            in: repository.path
        )
    }
}
