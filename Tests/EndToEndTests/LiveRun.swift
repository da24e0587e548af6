import Foundation
import Locking
import TestSupport

/// A call of the tool in a process of its own, that a test talks to while it goes on.
final class LiveRun: Sendable {
    private let scenario: Scenario
    private let pidFile: String
    private let ended = Gate()
    private let output = Lock<Result<GitFixture.Output, any Error>?>(nil)

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
        pidFile = scenario.repository.folder.appending("pid-\(UUID().uuidString)")
        // A thread of its own: it waits in a system call until the tool ends.
        Thread.detachNewThread { [self] in
            let result = Result {
                try SpawnedCommand.run(
                    [
                        "timeout", "-s", "KILL", "100", "env", "-C", scenario.repository.path,
                        "sh", "-c", "echo $$ > \"$0\"; exec \"$@\"", pidFile, scenario.tool,
                    ] + arguments,
                    environment: scenario.environment
                )
            }
            output.withLock { $0 = result }
            ended.open()
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
        await ended.pass()
        let output = try output.withLock { $0 }?.get()
        return try Scenario.Finished(
            call: Scenario.Call(
                status: output?.status ?? -1,
                standardOutput: output?.standardOutput ?? "",
                standardError: output?.standardError ?? ""
            ),
            entries: scenario.latestEntries()
        )
    }
}
