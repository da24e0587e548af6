import Foundation
import RunModel
import TestSupport
import Testing

@testable import Commands

@Suite("Exit statuses and errors in full", .timeLimit(.minutes(10)))
struct ExitStatusTests {
    @Test(
        "Outside of a repository a command says so and ends with 3",
        arguments: ["run x.md", "runs", "resume", "cancel x", "clean", "runs show x", "runs report x", "runs logs x A"]
    )
    func noRepository(line: String) async throws {
        try await withTemporaryFolder { folder in
            let result = await CommandHarness(in: folder.path).run(line.split(separator: " ").map(String.init))
            #expect(result.status == .environment)
            #expect(result.output.isEmpty)
            Snapshot.expect(result.talk, matches: "no-repository.txt")
        }
    }

    @Test(
        "A wrong word in a repository ends with 2",
        arguments: [
            "run missing.md", "run README.mdd", "plan missing.md", "resume", "resume 2026", "cancel 2026",
            "runs show 2026",
            "runs logs 2026 A", "runs report latest", "run .", "run README.md",
        ]
    )
    func wrong(line: String) async throws {
        try await withRepository { _, harness in
            let words = line.split(separator: " ").map(String.init)
            let result = await harness.run(words)
            #expect(result.status == .usage)
            #expect(result.output.isEmpty)
            Snapshot.expect(result.talk, matches: "\(words.joined(separator: "-")).txt")
        }
    }

    @Test("Wrong settings end every command with 2, before anything is done")
    func settings() async throws {
        try await withRepository { repository, harness in
            try repository.write("engin: claude\n", to: "switchyard.yaml")
            for line in [["run", "README.md"], ["settings"], ["runs"], ["init"], ["clean"]] {
                let result = await harness.run(line)
                #expect(result.status == .usage)
                Snapshot.expect(result.talk, matches: "settings.txt", normalizing: .none)
            }
            #expect(!FileManager.default.fileExists(atPath: repository.path + "/.switchyard"))
        }
    }

    @Test("The settings that hold are printed with their origins, for people and as JSON")
    func settingsPrinted() async throws {
        try await withRepository { repository, harness in
            try repository.write(
                "max_parallel: 2\nhooks:\n  setup:\n    - npm ci\nengines:\n  mine: {command: [cat]}\n",
                to: "switchyard.yaml"
            )
            var harness = harness
            harness.environment["SWITCHYARD_SANDBOX"] = "off"
            Snapshot.expect(await harness.run("settings").transcript, matches: "settings-text.txt")
            Snapshot.expect(await harness.run("settings", "--json").transcript, matches: "settings-json.txt")
        }
    }

    @Test("Nothing to list and nothing to clean is no error")
    func empty() async throws {
        try await withRepository { _, harness in
            let list = await harness.run("runs")
            #expect(list.status == .success)
            #expect(list.output.isEmpty)
            let clean = await harness.run("clean", "--dry-run")
            #expect(clean.status == .success)
            #expect(clean.output.isEmpty)
        }
    }
}
