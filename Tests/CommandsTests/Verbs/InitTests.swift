import Foundation
import TestSupport
import Testing

@testable import Commands

@Suite("switchyard init", .timeLimit(.minutes(10)))
struct InitTests {
    @Test("The first time it makes everything, the second time nothing")
    func twice() async throws {
        try await withRepository { repository, harness in
            let first = await harness.run("init")
            Snapshot.expect(first.transcript, matches: "first.txt")
            let files = try listing(repository.path)
            let second = await harness.run("init")
            Snapshot.expect(second.transcript, matches: "second.txt")
            #expect(try listing(repository.path) == files)
            #expect(try repository.git("status", "--porcelain", "--ignored", ".switchyard").isEmpty)
        }
    }

    @Test("What is there is kept, byte for byte")
    func keeps() async throws {
        try await withRepository { repository, harness in
            try repository.write("max_parallel: 2\n", to: "switchyard.yaml")
            try repository.write("mine", to: "prompts/examples/first-run.md")
            let exclude = repository.path + "/.git/info/exclude"
            try Data("*.swp".utf8).write(to: URL(filePath: exclude))
            #expect(await harness.run("init").status == .success)
            #expect(try repository.read("switchyard.yaml") == "max_parallel: 2\n")
            #expect(try repository.read("prompts/examples/first-run.md") == "mine")
            #expect(
                String(decoding: try Data(contentsOf: URL(filePath: exclude)), as: UTF8.self)
                    == "*.swp\n/.switchyard/\n"
            )
        }
    }

    @Test("A dry run makes nothing")
    func dryRun() async throws {
        try await withRepository { repository, harness in
            let before = try listing(repository.path)
            let result = await harness.run("init", "--dry-run")
            #expect(result.status == .success)
            #expect(result.output.contains("would make  switchyard.yaml"))
            #expect(try listing(repository.path) == before)
        }
    }

    @Test("The settings file it makes holds the defaults, also with every comment opened")
    func settings() async throws {
        try await withRepository { repository, harness in
            _ = await harness.run("init")
            let text = try repository.read("switchyard.yaml")
            #expect(
                try SettingsReaderTests.read(text).runOptions() == (try SettingsReader.read(file: nil).runOptions())
            )
            let opened = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
                .map { $0.hasPrefix("# ") ? String($0.dropFirst(2)) : String($0) }
                .filter { !$0.trimmed.hasPrefix("# ") }
            let settings = try SettingsReaderTests.read(opened.joined(separator: "\n"))
            #expect(try settings.runOptions() == SettingsReaderTests.read("").runOptions())
            #expect(settings.engines.keys.sorted() == ["reviewer"])
        }
    }

    @Test("Outside of a repository, and in a bare one, it says what to do")
    func elsewhere() async throws {
        try await withTemporaryFolder { folder in
            Snapshot.expect(await CommandHarness(in: folder.path).run("init").transcript, matches: "no-repository.txt")
            let repository = try TemporaryRepository(in: folder)
            try repository.git(in: folder.path, "init", "--quiet", "--bare", "bare.git")
            let harness = CommandHarness(in: folder.path + "/bare.git")
            Snapshot.expect(await harness.run("init").transcript, matches: "bare.txt")
        }
    }

    private func listing(_ path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { !$0.hasPrefix(".git/") }.sorted()
    }
}

/// A repository with one commit, and commands that run in it.
func withRepository(
    _ body: (TemporaryRepository, CommandHarness) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        let repository = try TemporaryRepository(in: folder)
        try repository.commit("first", files: ["README.md": "# Test\n"])
        try await body(repository, CommandHarness(in: repository.path))
    }
}
