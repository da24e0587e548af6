import Foundation
import RunModel
import TestSupport
import Testing

@testable import Commands

@Suite("switchyard doctor", .timeLimit(.minutes(10)))
struct DoctorTests {
    private struct Document: Decodable {
        var checks: [DoctorCheck]
    }

    private func checks(_ harness: CommandHarness) async throws -> (Commands.ExitStatus, [String: DoctorCheck]) {
        let result = await harness.run("doctor", "--json")
        let document = try JSONText.decode(Document.self, from: Data(result.output.utf8))
        return (result.status, Dictionary(document.checks.map { ($0.name, $0) }) { first, _ in first })
    }

    @Test("In a healthy repository nothing fails")
    func healthy() async throws {
        try await withRepository { _, harness in
            let (status, checks) = try await checks(harness)
            #expect(status == .success)
            for name in ["git", "repository", "working tree", "settings", "engine script", "disk", "stores", "runs"] {
                #expect(checks[name]?.state == .ok, "\(name): \(checks[name]?.detail ?? "missing")")
            }
        }
    }

    @Test("Whatever is not ok comes with a remedy")
    func remedies() async throws {
        try await withRepository { repository, harness in
            try repository.write(
                "engine: mine\nengines:\n  mine:\n    command: [no-such-program-here]\n",
                to: "switchyard.yaml"
            )
            let (status, checks) = try await checks(harness)
            #expect(status == .environment)
            #expect(checks["engine mine"]?.state == .fail)
            #expect(checks.values.allSatisfy { $0.state == .ok || !($0.remedy ?? "").isEmpty })
        }
    }

    @Test("Outside of a repository it fails, and still looks at the rest")
    func nowhere() async throws {
        try await withTemporaryFolder { folder in
            let (status, checks) = try await checks(CommandHarness(in: folder.path))
            #expect(status == .environment)
            #expect(checks["repository"]?.state == .fail)
            #expect(checks["git"]?.state == .ok)
            #expect(checks["sandbox"] != nil)
        }
    }

    @Test("A repository without a commit fails, a detached HEAD warns, a dirty tree warns")
    func oddRepositories() async throws {
        try await withTemporaryFolder { folder in
            let repository = try TemporaryRepository(in: folder)
            let harness = CommandHarness(in: repository.path)
            #expect(try await checks(harness).1["repository"]?.state == .fail)
            try repository.commit("first", files: ["a": "1"])
            try repository.git("checkout", "--quiet", "--detach")
            #expect(try await checks(harness).1["repository"]?.state == .warn)
            try repository.git("checkout", "--quiet", "main")
            try repository.write("2", to: "a")
            #expect(try await checks(harness).1["working tree"]?.state == .warn)
        }
    }

    @Test("Wrong settings fail, without hiding the other checks")
    func wrongSettings() async throws {
        try await withRepository { repository, harness in
            try repository.write("nonsense: 1\n", to: "switchyard.yaml")
            let (status, checks) = try await checks(harness)
            #expect(status == .environment)
            #expect(checks["settings"]?.state == .fail)
            #expect(checks["disk"]?.state == .ok)
        }
    }

    @Test("For people it is one aligned line per check, with the remedy below")
    func text() async throws {
        try await withTemporaryFolder { folder in
            let result = await CommandHarness(in: folder.path, environment: ["PATH": "/nonexistent"]).run("doctor")
            #expect(result.status == .environment)
            let lines = result.output.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("✗ git ") })
            #expect(lines.contains { $0.hasPrefix("             ") })
        }
    }
}
