import RunModel
import TestSupport
import Testing

@Suite("Ownership")
struct OwnershipTests {
    private static let files = [
        "README.md": "# Scratch\n", "src/shared.txt": "one\n", "src/old.txt": "a file to move\nwith lines\n",
        "src/doomed.txt": "doomed\n", "src/tool.sh": "echo tool\n", "src/target.txt": "target\n",
        "docs/Guide.md": "# Guide\nhow to\n",
    ]

    /// Agents that break the rule, each with what the gate must say.
    private static let offenders: [(agent: ScriptAgent, complaints: [String])] = [
        (
            ScriptAgent("E", owns: ["`e.txt` (NEW)"], script: "echo e > e.txt\necho two >> src/shared.txt"),
            ["unowned-path src/shared.txt"]
        ),
        (
            ScriptAgent(
                "R",
                owns: ["`r/`"],
                script: "mkdir r\ngit mv src/old.txt r/new.txt\ngit commit -qm 'move it'"
            ),
            ["unowned-path src/old.txt"]
        ),
        (
            ScriptAgent("D", owns: ["`d.txt` (NEW)"], script: "echo d > d.txt\nrm src/doomed.txt"),
            ["unowned-path src/doomed.txt"]
        ),
        (
            ScriptAgent("M", owns: ["`m.txt` (NEW)"], script: "echo m > m.txt\nchmod +x src/tool.sh"),
            ["unowned-path src/tool.sh"]
        ),
        (
            ScriptAgent(
                "L",
                owns: ["`l.txt` (NEW)"],
                script: "echo l > l.txt\nrm src/target.txt\nln -s ../README.md src/target.txt"
            ),
            ["unowned-path src/target.txt"]
        ),
        (
            ScriptAgent("O", owns: ["`o/`"], script: "mkdir o\nln -s /etc/passwd o/passwd"),
            ["link-outside o/passwd"]
        ),
        (
            ScriptAgent(
                "S",
                owns: ["`vendor/`"],
                script: """
                    git init -q vendor/lib
                    git -C vendor/lib -c user.name=Lib -c user.email=lib@example.org commit -q --allow-empty -m lib
                    git add vendor/lib
                    git commit -qm 'add the library'
                    """
            ),
            ["submodule-change vendor/lib"]
        ),
        (
            ScriptAgent(
                "C",
                owns: ["`docs/GUIDE.md` (NEW)"],
                script: "git mv docs/Guide.md docs/GUIDE.md\ngit commit -qm 'shout'"
            ),
            ["unowned-path docs/Guide.md"]
        ),
        (
            ScriptAgent("K", owns: ["`SRC/`"], script: "mkdir SRC\necho k > SRC/Shared.txt"),
            ["case-collision SRC/Shared.txt"]
        ),
        (
            ScriptAgent(
                "H",
                owns: ["`h.txt` (NEW)"],
                script: "echo h > h.txt\n: > README.md\n(echo h > ../../../../README.md) 2>/dev/null || true"
            ),
            ["unowned-path README.md"]
        ),
        (
            ScriptAgent("T", owns: ["`t.txt` (NEW)"], script: "echo t > t.txt\nmkdir i\necho mine > i/i.txt"),
            ["unowned-path i/i.txt"]
        ),
    ]

    private static let innocent = ScriptAgent("I", owns: ["`i/`"], script: "mkdir i\necho i > i/i.txt")

    @Test(
        "Every way to touch a foreign path is refused with its path, and the agent that keeps to its own lands",
        .timeLimit(.minutes(10))
    )
    func offendersAreRefused() async throws {
        try await withScenario(files: Self.files) { scenario in
            let base = try scenario.repository.commitID("main")
            let task = ScriptTaskFile(agents: Self.offenders.map(\.agent) + [Self.innocent])
            let run = try await scenario.run(task, options: ["--max-parallel", "6"])

            #expect(run.status == 1, "\(run.talk)")
            #expect(run.landed == ["I"])
            for (agent, complaints) in Self.offenders {
                #expect(run.refused[agent.id] == .ownershipViolation, "\(agent.id): \(run.remarks(agent.id))")
                #expect(run.complaints(agent.id) == complaints, "\(agent.id): \(run.remarks(agent.id))")
            }
            #expect(run.remarks("T").contains("which belongs to agent I"))
            #expect(run.remarks("O").contains("'/etc/passwd'"))

            let repository = scenario.repository
            #expect(try scenario.landedPaths(since: base) == ["i/i.txt"])
            #expect(try repository.read("README.md") == "# Scratch\n", "the main working tree was out of reach")
            #expect(try scenario.remoteCommit() == repository.commitID("main"))
            #expect(try scenario.refs("refs/heads/") == ["refs/heads/main"])
            let kept = try scenario.refs("refs/switchyard/refused/")
            #expect(kept.count == Self.offenders.count, "what was refused is kept: \(kept)")
            for (agent, _) in Self.offenders {
                let row = try scenario.reportRow(run, agent.id)
                #expect(row.contains("ownership_violation"), "\(row)")
                let blocker = try #require(run.agent(agent.id).refusal?.blocker, "\(agent.id) has no blocker")
                let text = try repository.read(blocker)
                let path = try #require(run.complaints(agent.id).first?.split(separator: " ").last)
                #expect(text.contains(path), "the blocker of \(agent.id) names \(path)")
            }
        }
    }
}
