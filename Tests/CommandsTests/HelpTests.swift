import Foundation
import TestSupport
import Testing

@testable import Commands

@Suite("Help and the command line")
struct HelpTests {
    static let harness = CommandHarness(in: "/")

    @Test(
        "Every command explains itself",
        arguments: [
            "", "run", "plan", "runs", "runs list", "runs show", "runs logs", "runs report", "resume", "cancel",
            "clean",
            "init", "doctor", "settings", "dispatch", "threads", "threads classify", "threads decide", "tickets",
            "tickets new",
            "findings", "requeue", "requeue add", "inbox", "report", "report html", "report open",
        ]
    )
    func help(command: String) async {
        let words = command.split(separator: " ").map(String.init)
        let result = await Self.harness.run(words + ["--help"])
        #expect(result.status == .success)
        #expect(result.talk.isEmpty)
        let name = (["switchyard"] + words).joined(separator: "-")
        Snapshot.expect(result.output, matches: "\(name).txt", normalizing: .none)
    }

    @Test("Without a command, the help is shown")
    func bare() async {
        let bare = await Self.harness.run()
        let help = await Self.harness.run("--help")
        #expect(bare.status == .success)
        #expect(bare.output == help.output)
        #expect(await Self.harness.run("help", "run").output == Self.harness.run("run", "--help").output)
    }

    @Test("The version is one line")
    func version() async {
        let result = await Self.harness.run("--version")
        #expect(result.output == "switchyard \(Program.version)\n")
        #expect(result.status == .success)
    }

    @Test(
        "A wrong command line is a usage error that says what to type",
        arguments: [
            "rnu", "run", "run --max-paralel 3 x.md", "run --max-parallel three x.md", "run --sandbox yes x.md",
            "plan", "plan a b", "runs shwo", "cancel", "clean --older-than soon", "run --max-parallel 0 x.md",
        ]
    )
    func wrong(line: String) async {
        let words = line.split(separator: " ").map(String.init)
        let result = await Self.harness.run(words)
        #expect(result.status == .usage)
        #expect(result.output.isEmpty)
        Snapshot.expect(result.talk, matches: "wrong-\(words.joined(separator: "-")).txt", normalizing: .none)
    }

    @Test("The completion scripts of the three shells name the commands", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) async {
        let result = await Self.harness.run("--generate-completion-script", shell)
        #expect(result.status == .success)
        for word in ["resume", "doctor", "max-parallel"] { #expect(result.output.contains(word), "\(shell): \(word)") }
    }

    @Test("The manual page holds every command and is well formed")
    func manual() async {
        let result = await Self.harness.run("man")
        #expect(result.status == .success)
        for heading in ["NAME", "SYNOPSIS", "RUN", "RUNS LOGS", "DOCTOR", "FILES"] {
            #expect(result.output.contains("\n.SH \(heading)\n"), "\(heading)")
        }
        #expect(!result.output.contains("keeper"))
        // A line that begins with a full stop is a request, and only these are used.
        let requests = Set(
            result.output.split(separator: "\n").filter { $0.hasPrefix(".") }.map { $0.prefix { $0 != " " } }
        )
        #expect(requests.isSubset(of: [".\\\"", ".TH", ".SH", ".B", ".I", ".BR", ".PP", ".TP", ".nf", ".fi"]))
    }
}
