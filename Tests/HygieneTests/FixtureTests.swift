import Foundation
import TestSupport
import Testing

@Suite("Fixtures")
struct FixtureTests {
    @Test("A temporary folder is gone after its scope, also when the body throws")
    func foldersAreRemoved() throws {
        struct Stop: Error {}
        var paths: [String] = []
        try withTemporaryFolder { folder in
            try folder.write("x", to: "deep/er/file.txt")
            #expect(try folder.read("deep/er/file.txt") == "x")
            paths.append(folder.path)
        }
        #expect(throws: Stop.self) {
            try withTemporaryFolder { folder in
                paths.append(folder.path)
                throw Stop()
            }
        }
        #expect(Set(paths).count == 2)
        #expect(paths.filter { FileManager.default.fileExists(atPath: $0) } == [])
    }

    @Test("Equal steps in two repositories give equal commits, whatever the user's git settings say")
    func repositoriesAreReproducible() throws {
        let make: () throws -> String = {
            try withTemporaryRepository { repository in
                try repository.commit("first", files: ["a.txt": "1\n"])
                try repository.branch("work", files: ["b.txt": "2\n"])
                try repository.addBareRemote()
                let (status, files) = (try repository.status(), try repository.files(at: "work"))
                #expect(status == "")
                #expect(files == ["a.txt", "b.txt"])
                return try repository.refs()
            }
        }
        let (first, second) = (try make(), try make())
        #expect(first == second)
        #expect(first.contains("refs/remotes/origin/main"))
    }

    @Test("A failing git command is told with its arguments and what it said")
    func gitFailuresAreTold() throws {
        try withTemporaryRepository { repository in
            let failure = try #require(throws: GitFixture.Failure.self) { try repository.git("rev-parse", "none") }
            #expect(failure.description.hasPrefix("git rev-parse none ended with status 128: "))
        }
    }

    @Test("A sleeper wakes when the clock reaches its deadline, not before", .timeLimit(.minutes(10)))
    func clockStandsStill() async throws {
        let clock = ManualClock()
        let start = clock.now
        var woken: [Duration?] = []
        try await withThrowingTaskGroup(of: Duration.self) { group in
            for seconds in [3, 1, 2] {
                group.addTask {
                    try await clock.sleep(until: start.advanced(by: .seconds(seconds)), tolerance: nil)
                    return .seconds(seconds)
                }
            }
            await clock.waitForSleepers(3)
            clock.advance(by: .milliseconds(999))
            await clock.waitForSleepers(3)
            clock.advance(by: .milliseconds(1))
            woken.append(try await group.next())
            clock.advance(by: .seconds(1))
            woken.append(try await group.next())
            clock.advance(by: .seconds(1))
            woken.append(try await group.next())
        }
        #expect(woken == [.seconds(1), .seconds(2), .seconds(3)])
    }

    @Test("A cancelled sleeper ends at once with an error", .timeLimit(.minutes(10)))
    func clockIsCancellable() async {
        let clock = ManualClock()
        let sleeper = Task { try await clock.sleep(until: clock.now.advanced(by: .seconds(1)), tolerance: nil) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }

    @Test("The same seed gives the same numbers", arguments: SeededRandom.seeds(3))
    func randomFollowsItsSeed(seed: UInt64) {
        var (first, second) = (SeededRandom(seed: seed), SeededRandom(seed: seed))
        #expect((0..<100).map { _ in first.next() } == (0..<100).map { _ in second.next() })
        #expect(first.description == "seed \(seed)")
    }

    @Test("A snapshot comparison ignores what nobody can foresee, and shows the lines that differ")
    func normaliserAndDifference() {
        let text = "run at 2026-01-02T03:04:05Z in /tmp/switchyard-test-0a1b/x, \(String(repeating: "a", count: 40))"
        #expect(SnapshotNormalizer().normalize(text) == "run at <time> in <folder>/x, <commit>")
        #expect(SnapshotNormalizer.none.replacing("run", with: "R").normalize("run 1") == "R 1")
        let lines = (1...9).map { "line \($0)" }.joined(separator: "\n")
        let difference = LineDifference.describe(from: lines, to: lines.replacing("line 5", with: "other"))
        #expect(difference == "@@ line 3\n line 3\n line 4\n-line 5\n+other\n line 6\n line 7")
    }

    @Test("The built program stands beside the tests")
    func productIsFound() throws {
        let path = try BuiltProduct.switchyard()
        #expect(FileManager.default.isExecutableFile(atPath: path))
    }
}
