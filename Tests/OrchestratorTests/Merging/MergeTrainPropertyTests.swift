import Git
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("The merge train agrees with git merge", .timeLimit(.minutes(10)))
struct MergeTrainPropertyTests {
    @Test("Random edits give the tree of sequential merges, and nothing is lost", arguments: SeededRandom.seeds(24))
    func equalsSequentialMerges(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let isOverlapping = random.oneIn(2)
        let names = (0..<6).map { "src/file\($0).txt" }
        var base: [String: String] = [:]
        for name in names { base[name] = Self.lines(&random, count: random.int(in: 12...40)) }
        let start = base
        try await TrainFixture.with(start) { [random] fixture in
            var random = random
            var candidates: [MergeCandidate] = []
            for index in 0..<random.int(in: 2...5) {
                let mine = isOverlapping ? names : names.enumerated().filter { $0.offset % 5 == index }.map(\.element)
                var edits: [String: String] = ["new\(index).txt": Self.lines(&random, count: 3)]
                var removed: [String] = []
                for name in mine where random.oneIn(isOverlapping ? 3 : 1) {
                    if random.oneIn(8) {
                        removed.append(name)
                    } else {
                        edits[name] = Self.edited(start[name] ?? "", &random)
                    }
                }
                candidates.append(
                    try fixture.candidate("A\(index)", files: edits, removing: removed, owns: ["unrelated/**"])
                )
            }
            let expected = try Self.mergeSequentially(candidates, in: fixture)

            let build = try await fixture.build(candidates)

            #expect(build.agents == expected.merged, "\(random)")
            #expect(try fixture.tree(of: build.commit) == expected.tree, "\(random)")
            let lost = try await fixture.train.lostHunks(of: build, rules: fixture.rules())
            #expect(lost.isEmpty, "\(random)")
        }
    }

    /// Merges with the git command in a worktree; what conflicts is tried again after the rest, as the train does.
    private static func mergeSequentially(
        _ candidates: [MergeCandidate],
        in fixture: TrainFixture
    ) throws -> (merged: [AgentID], tree: String) {
        let repository = fixture.repository
        try repository.git("checkout", "--quiet", "--detach", "main")
        var waiting = candidates
        var merged: [AgentID] = []
        while !waiting.isEmpty {
            var left: [MergeCandidate] = []
            for candidate in waiting {
                let output = try repository.tryGit(
                    "merge",
                    "--quiet",
                    "--no-ff",
                    "--no-edit",
                    "-X",
                    "no-renames",
                    candidate.tip.hex
                )
                if output.status == 0 {
                    merged.append(candidate.agent)
                } else {
                    try repository.git("merge", "--abort")
                    left.append(candidate)
                }
            }
            if left.count == waiting.count { break }
            waiting = left
        }
        let tree = try repository.git("rev-parse", "HEAD^{tree}")
        try repository.git("checkout", "--quiet", "main")
        return (merged, tree)
    }

    private static func lines(_ random: inout SeededRandom, count: Int) -> String {
        (0..<count).map { _ in random.word(length: 3...9) + "\n" }.joined()
    }

    private static func edited(_ text: String, _ random: inout SeededRandom) -> String {
        var lines = text.split(separator: "\n").map(String.init)
        for _ in 0..<random.int(in: 1...3) where !lines.isEmpty {
            let place = random.int(in: 0...(lines.count - 1))
            switch random.int(in: 0...2) {
            case 0: lines[place] = random.word(length: 10...12)
            case 1: lines.insert(random.word(length: 10...12), at: place)
            default: lines.remove(at: place)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
