import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

extension Scenario {
    /// Expects what must hold after every story, whatever happened in it.
    ///
    /// - Parameters:
    ///   - status: what `git status` shows in the main working tree.
    ///   - keepsResult: the run's result waits under its own ref to be taken over by hand.
    ///   - location: where the expectation stands.
    /// - Throws: when the repository cannot be read.
    package func expectSound(
        status: [String] = ["?? docs/"],
        keepsResult: Bool = false,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let common = try repository.git("rev-parse", "--path-format=absolute", "--git-common-dir")
        for folder in [repository.path, remote].filter(FileManager.default.fileExists) {
            let check = try repository.gitFixture.run(["fsck", "--no-dangling", "--no-progress"], in: folder)
            #expect(check.status == 0, "\(folder): \(check.standardError)", sourceLocation: location)
        }
        let leftLocks = try found(["find", common, remote, "-name", "*.lock"])
        #expect(leftLocks.isEmpty, "no lock file is left", sourceLocation: location)
        let worktrees = try found(["find", common + "/worktrees", "-mindepth", "1", "-maxdepth", "1"])
        #expect(worktrees.isEmpty, "no worktree is left", sourceLocation: location)
        #expect(try refs("refs/heads/switchyard/").isEmpty, "no branch is left", sourceLocation: location)
        #expect(
            try refs("refs/switchyard/runs/").count == (keepsResult ? 1 : 0),
            "the run's own refs are gone",
            sourceLocation: location
        )
        #expect(
            try found(["git", "-C", common, "config", "--get", "extensions.worktreeConfig"]).isEmpty,
            "the repository's settings are as before",
            sourceLocation: location
        )
        #expect(try processes().isEmpty, "no process of a run is left", sourceLocation: location)
        let lines = try repository.git("status", "--porcelain").split(separator: "\n").map(String.init)
        #expect(lines == status, "the working tree is the user's", sourceLocation: location)
        let record = RunRecord(try latestEntries())
        if let landed = record.landed, !record.verifications.isEmpty {
            let passed = record.verifications.filter(\.isPassed).map(\.commit)
            #expect(passed.contains(landed.to), "the tested commit is the landed one", sourceLocation: location)
        }
    }

    /// The agents whose merges are in the branch's history, sorted, each as often as it was merged.
    func merges(in folder: String? = nil, of branch: String = "main") throws -> [String] {
        try repository.git(
            in: folder ?? repository.path,
            "log",
            "--first-parent",
            "--format=%(trailers:key=Switchyard-Agent,valueonly,separator=%x2C)",
            branch
        ).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.sorted()
    }

    /// Ids of processes that belong to any run of this scenario.
    func processes() throws -> [String] {
        try store.list().flatMap { run in
            try found(["sh", "-c", "grep -lsza -- \"^SWITCHYARD_RUN_ID=$0\" /proc/[0-9]*/environ", run.rawValue])
        }
    }

    /// Commits on the remote's branch from elsewhere, and gives the commit.
    @discardableResult
    func moveRemote(_ files: [String: String], message: String = "somebody else's") throws -> String {
        let clone = repository.folder.appending("clone-\(UUID().uuidString)")
        try repository.git("clone", "--quiet", remote, clone)
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(clone)/\(name)")) }
        try repository.git(in: clone, "add", "--all")
        try repository.git(in: clone, "commit", "--quiet", "-m", message)
        try repository.git(in: clone, "push", "--quiet", "origin", "HEAD:main")
        return try repository.git(in: clone, "rev-parse", "HEAD")
    }

    /// Runs the program that kills itself at a fact (its number, or the first of a kind).
    func callFaulty(at fact: String, _ arguments: [String]) async throws -> Call {
        try await execute([BuiltProduct.executable("FaultRunner"), fact] + arguments)
    }

    /// The newest run's report.
    package func report() throws -> String {
        let path = try #require(RunRecord(try latestEntries()).report?.markdown)
        return try repository.read(path)
    }

    /// Non-empty lines a command prints; none when it fails.
    private func found(_ words: [String]) throws -> [String] {
        try SpawnedCommand.run(words, environment: environment).standardOutput
            .split(separator: "\n").map(String.init)
    }
}
