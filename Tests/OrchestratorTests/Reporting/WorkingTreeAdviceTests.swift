import Foundation
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Advice for a working tree in the way")
struct WorkingTreeAdviceTests {
    /// The text of the shell fence that follows the words.
    private func commands(after words: String, in markdown: String) throws -> String {
        let start = try #require(markdown.range(of: words))
        let fence = try #require(markdown.range(of: "```sh\n", range: start.upperBound..<markdown.endIndex))
        let end = try #require(markdown.range(of: "\n```", range: fence.upperBound..<markdown.endIndex))
        return String(markdown[fence.upperBound..<end.lowerBound])
    }

    private func run(_ commands: String, in repository: TemporaryRepository) throws -> GitFixture.Output {
        try SpawnedCommand.run(
            ["sh", "-ec", "cd '\(repository.path)'\n\(commands)"],
            environment: repository.gitFixture.environment
        )
    }

    @Test("The commands bring the working tree up to the landed commit and keep the user's changes")
    func commandsKeepChanges() throws {
        try withTemporaryRepository { repository in
            let lines = (1...9).map { "line \($0)\n" }
            let base = try repository.commit("base", files: ["my file.txt": lines.joined(), "other.txt": "old\n"])
            let landed = try repository.branch(
                "work",
                files: ["my file.txt": lines.joined() + "landed\n", "other.txt": "new\n", "added.txt": "x\n"]
            )
            try repository.git("update-ref", "refs/heads/main", landed)
            try repository.write("mine\n" + lines.joined(), to: "my file.txt")
            try repository.write("untracked\n", to: "notes.txt")

            var story = ReportStory()
            story.tell(.landed(Landing(branch: "refs/heads/main", from: base, to: landed, agents: [AgentID("A")])))
            story.tell(.workdirUpdated(WorkdirUpdated(isUpdated: false, blockedPaths: ["my file.txt"])))
            let output = try run(commands(after: "Your working tree", in: story.markdown), in: repository)

            #expect(output.status == 0, "\(output.standardError)")
            let (file, other) = (try repository.read("my file.txt"), try repository.read("other.txt"))
            #expect(file == "mine\n" + lines.joined() + "landed\n")
            #expect(other == "new\n")
            let status = try repository.status()
            #expect(status == "M  \"my file.txt\"\n?? local-changes.patch\n?? notes.txt")
        }
    }

    @Test("A tested result that could not land is taken over with the command the report names")
    func waitingResultIsTakenOver() throws {
        try withTemporaryRepository { repository in
            let base = try repository.commit("base", files: ["a.txt": "1\n"])
            let tested = try repository.branch("work", files: ["a.txt": "2\n"])
            try repository.git("update-ref", "refs/switchyard/runs/\(ReportStory.run)/train", tested)
            var story = ReportStory()
            story.tell(
                .trainSettled(
                    TrainSettled(waves: 1, base: base, commit: tested, agents: [AgentID("A")], isVerified: true)
                )
            )
            story.tell(.workdirUpdated(WorkdirUpdated(isUpdated: false, blockedPaths: ["a.txt"])))
            let output = try run(commands(after: "did not land", in: story.markdown), in: repository)
            let head = try repository.commitID()
            #expect(output.status == 0, "\(output.standardError)")
            #expect(head == tested)
        }
    }
}
