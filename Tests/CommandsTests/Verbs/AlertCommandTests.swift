import Foundation
import Glibc
import Services
import TestSupport
import Testing

@testable import Commands

/// Real commands hear of real alerts.
@Suite("Commands that are told of alerts", .timeLimit(.minutes(10)))
struct AlertCommandTests {
    private func withSettings(
        _ settings: String,
        _ body: (CommandHarness, TemporaryRepository) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let repository = try TemporaryRepository(in: folder)
            try repository.commit("first", files: ["switchyard.yaml": settings])
            let harness = CommandHarness(in: repository.path, environment: repository.gitFixture.environment)
            try await body(harness, repository)
        }
    }

    @Test("Each command reads the alert as JSON; those below the severity are kept and not told")
    func heard() async throws {
        try await withSettings("hooks:\n  alert:\n    - cat >> heard\n    - wc -l >> counted\n") {
            harness,
            repository in
            #expect(await harness.run("alerts", "raise", "disk", "plenty", "--severity", "info").status == .success)
            #expect(
                await harness.run("alerts", "raise", "disk", "1 GiB \"left\"", "--severity", "critical").status
                    == .success
            )
            let expected =
                #"{"key":"disk\u001f1 GiB \"left\"","severity":"critical","source":"disk","text":"1 GiB \"left\""}"#
            let heard = try repository.read("heard")
            #expect(heard == expected + "\n")
            let counted = try repository.read("counted")
            #expect(counted == "1\n")
            let listed = await harness.run("alerts", "--json")
            #expect(listed.output.split(separator: "\n").count == 2)
        }
    }

    @Test("A command that hangs is ended, with what it started, when nobody waits for it any more")
    func hanging() async throws {
        try await withTemporaryFolder { folder in
            let sink = CommandAlertSink(
                name: "alert command 1",
                command: "sleep 3600 & echo $! > child; wait",
                leastSeverity: .info,
                environment: ["PATH": "/usr/bin:/bin"],
                workingDirectory: folder.path
            )
            let task = Task { try await sink.deliver(NewAlert(severity: .info, source: "s", text: "t")) }
            #expect(await eventually { (try? folder.read("child").hasSuffix("\n")) == true })
            let child = try #require(pid_t(folder.read("child").trimmingCharacters(in: .whitespacesAndNewlines)))
            task.cancel()
            _ = await task.result
            #expect(await eventually { kill(child, 0) != 0 })
        }
    }

    @Test("A command that fails becomes an alert of its own, and the alert itself is kept")
    func failing() async throws {
        let settings = "hooks:\n  alert:\n    - 'echo no route >&2; exit 7'\n  alert_severity: info\n"
        try await withSettings(settings) { harness, _ in
            let raised = await harness.run("alerts", "raise", "disk", "full", "--severity", "info")
            #expect(raised.status == .success)
            let listed = await harness.run("alerts", "--json")
            #expect(listed.output.contains("\"text\":\"full\""))
            #expect(listed.output.contains("no route") && listed.output.contains("alert_sink"))
            #expect(!listed.output.contains("exit 7"), "the command may hold secrets")
        }
    }
}
