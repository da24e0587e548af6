import Foundation
import RunModel
import TestSupport
import Testing

/// Whole texts that a person reads when work was refused: read the snapshots before accepting them.
@Suite("Refusal texts")
struct RefusalTextTests {
    private static let agents = [
        ScriptAgent(
            "A",
            title: "Frost warning",
            owns: ["`src/frost.sh` (NEW)", "`CHANGELOG.md` (APPEND)"],
            script: "echo 'echo frost' > src/frost.sh\necho '- Frost.' >> CHANGELOG.md"
        ),
        ScriptAgent(
            "B",
            title: "Tidy the readme",
            owns: ["`docs/` (NEW)"],
            script: "mkdir docs\necho hi > docs/hi.md\necho '- tidy' >> README.md\nrm src/water.sh"
        ),
        ScriptAgent(
            "C",
            title: "Rewrite history",
            owns: ["`CHANGELOG.md` (APPEND)"],
            script: "sed -i 's/First/Second/' CHANGELOG.md"
        ),
        ScriptAgent(
            "D",
            title: "Land it myself",
            owns: ["`src/d.sh` (NEW)"],
            script: """
                echo d > src/d.sh
                git add src/d.sh
                git commit -qm 'feat: d'
                git push origin HEAD:main || true
                git -c core.hooksPath=/dev/null branch shortcut
                """
        ),
        ScriptAgent("E", title: "Say done", owns: ["`src/e.sh` (NEW)"], script: "echo done"),
    ]

    @Test("A run with refusals tells in full what was refused, why, and what to do", .timeLimit(.minutes(10)))
    func texts() async throws {
        let files = [
            "README.md": "# Greenhouse\n", "CHANGELOG.md": "# Changelog\n- First.\n", "src/water.sh": "echo water\n",
        ]
        try await withScenario(files: files) { scenario in
            var task = ScriptTaskFile(agents: Self.agents, append: ["CHANGELOG.md"])
            task.title = "Greenhouse GH4: refusals"
            let run = try await scenario.run(task, options: ["--max-parallel", "1", "--sandbox", "off"])
            #expect(run.status == 1, "\(run.talk)")
            #expect(run.landed == ["A"])

            let names = try names(scenario, run)
            func expect(_ text: String, _ name: String) {
                Snapshot.expect(Self.settled(text, names), matches: name, normalizing: SnapshotNormalizer())
            }
            expect(run.call.standardError, "plain.txt")
            expect(run.call.standardOutput, "output.txt")
            expect(try scenario.report(run), "report.md")
            let blocker = try #require(run.agent("B").refusal?.blocker)
            expect(try scenario.repository.read(blocker), "blocker.json")
        }
    }

    /// Names for the run and for every commit, in each of the lengths that texts show; longest first.
    private func names(_ scenario: Scenario, _ run: Scenario.Finished) throws -> [(text: String, name: String)] {
        var names: [(text: String, name: String)] = []
        if let id = run.record.created?.run { names.append((id.rawValue, "<run>")) }
        names.append((scenario.repository.folder.path, "<folder>"))
        let commits = try scenario.repository.git("rev-list", "--all").split(separator: "\n")
        for length in [40, 10, 8, 7] { names += commits.map { (String($0.prefix(length)), "<commit>") } }
        return names
    }

    /// The text without what differs between two runs: commits, times, and the widths that come from them.
    private static func settled(_ text: String, _ names: [(text: String, name: String)]) -> String {
        let patterns = [
            (#"(?m)^ *[0-9]+s  "#, "<t>  "), (#"after [0-9.]+ ?s"#, "after <t>"), (#" *[0-9.]+ s\b"#, " <t>"),
            (#" *[0-9]+ %"#, " <n> %"), (#"-[0-9]{8}T[0-9]{6}Z"#, "-<time>"), (#"-{3,}"#, "---"),
            (#"(?m)(?<=\S) {2,}(?=\|)"#, " "),
        ]
        let named = names.reduce(text) { $0.replacingOccurrences(of: $1.text, with: $1.name) }
        return patterns.reduce(named) {
            $0.replacingOccurrences(of: $1.0, with: $1.1, options: .regularExpression)
        }
    }
}
