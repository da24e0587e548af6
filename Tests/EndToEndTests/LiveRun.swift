import Foundation
import TestSupport

/// A call of the tool in a process of its own, that a test talks to while it goes on.
final class LiveRun: Sendable {
    private let scenario: Scenario
    private let pidFile: String
    private let ended: Task<Scenario.Call, any Error>

    /// Starts a run of the task.
    convenience init(
        _ scenario: Scenario,
        _ task: ScriptTaskFile,
        named name: String = "task",
        options: [String] = []
    ) throws {
        let file = try scenario.repository.folder.write(task.text, to: "\(name).md")
        self.init(scenario, ["run", file, "--display", "plain"] + options)
    }

    /// Starts the tool with those arguments.
    init(_ scenario: Scenario, _ arguments: [String]) {
        self.scenario = scenario
        let pidFile = scenario.repository.folder.appending("pid-\(UUID().uuidString)")
        self.pidFile = pidFile
        // No child of the test's task: the test goes on meanwhile, and `finish()` waits for it.
        ended = Task {
            try await scenario.execute(
                ["sh", "-c", "echo $$ > \"$0\"; exec \"$@\"", pidFile, scenario.tool] + arguments
            )
        }
    }

    /// Sends a signal to the tool alone, which must have started: meet one of its agents first.
    func signal(_ name: String) async throws {
        try await tell(["kill", "-s", name, processID()])
    }

    /// Lets the tool, and children it starts from now on, make no file longer than that many bytes.
    func limitFileSize(_ bytes: Int) async throws {
        try await tell(["prlimit", "--pid", processID(), "--fsize=\(bytes)"])
    }

    struct NotTold: Error {
        var command: [String]
        var why: String
    }

    private func processID() throws -> String {
        try String(contentsOfFile: pidFile, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func tell(_ command: [String]) async throws {
        let told = try await SpawnedCommand.result(of: command, environment: scenario.environment)
        guard told.status == 0 else { throw NotTold(command: command, why: told.standardError) }
    }

    /// Waits until the tool ends; the facts are those of the newest run.
    func finish() async throws -> Scenario.Finished {
        try await Scenario.Finished(call: ended.value, entries: scenario.latestEntries())
    }
}
