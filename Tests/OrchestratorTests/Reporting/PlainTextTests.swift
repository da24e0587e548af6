import Foundation
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Plain text of reports")
struct PlainTextTests {
    @Test(
        "A word for the shell is quoted where it must be",
        arguments: [
            ("main", "main"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("-rf", "'-rf'"), ("", "''"),
            ("$(x)", "'$(x)'"),
        ]
    )
    func shell(word: String, quoted: String) throws {
        #expect(ShellText.quote(word) == quoted)
        let output = try SpawnedCommand.run(
            ["sh", "-c", "printf %s \(quoted)"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        #expect(output.standardOutput == word)
    }

    @Test(
        "A time span is said in at most two units",
        arguments: [
            (0.0, "0 s"), (0.04, "0 s"), (0.05, "0.1 s"), (3.44, "3.4 s"), (9.96, "10 s"), (59.4, "59 s"),
            (60, "1 min"),
            (61, "1 min 1 s"), (3599.6, "1 h"), (3660, "1 h 1 min"), (90_000, "25 h"),
        ]
    )
    func durations(seconds: Double, text: String) {
        #expect(DurationText.format(seconds) == text)
    }
}
