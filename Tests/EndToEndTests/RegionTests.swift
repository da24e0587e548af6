import RunModel
import TestSupport
import Testing

@Suite("Regions and protected paths")
struct RegionTests {
    private static let app = """
        def helper():
            return 1


        def index():
            return "index"


        def about():
            return "about"


        def contact():
            return "contact"

        """

    private static let files = [
        "web/app.py": app, "web/hooks.py": "hooks = []\n", "LOG.md": "# Log\n- zero\n", "f/keep.txt": "keep\n",
        ".github/workflows/ci.yml": "on: push\n", "sub/AGENTS.md": "be nice\n",
    ]

    private static let keepers = [
        ScriptAgent(
            "S1",
            owns: ["`web/app.py` (`index()` ONLY)"],
            script: #"sed -i 's/return "index"/return "home"/' web/app.py"#
        ),
        ScriptAgent(
            "S2",
            owns: ["`web/app.py` (`about()` ONLY)"],
            script: #"sed -i '/^def about/a\    text = "us"' web/app.py"#
        ),
        ScriptAgent("A1", owns: ["`LOG.md` (APPEND)"], script: "echo '- one' >> LOG.md"),
        ScriptAgent("A2", owns: ["`LOG.md` (APPEND)"], script: "echo '- two' >> LOG.md"),
        ScriptAgent(
            "H",
            owns: ["`web/hooks.py` (after_request hooks ONLY)"],
            script: "echo 'hooks.append(len)' >> web/hooks.py"
        ),
        ScriptAgent(
            "P2",
            owns: ["`.github/workflows/ci.yml`"],
            script: "echo 'jobs: {}' >> .github/workflows/ci.yml"
        ),
    ]

    private static let breakers: [(agent: ScriptAgent, reason: RefusalReason, complaints: [String])] = [
        (
            ScriptAgent(
                "S3",
                owns: ["`web/app.py` (`contact()` ONLY)"],
                script: #"sed -i -e 's/return 1/return 2/' -e 's/"contact"/"mail"/' web/app.py"#
            ),
            .ownershipViolation, ["region-broken web/app.py"]
        ),
        (
            ScriptAgent("A3", owns: ["`LOG.md` (APPEND)"], script: "sed -i '1i - first' LOG.md"),
            .ownershipViolation, ["region-broken LOG.md"]
        ),
        (
            ScriptAgent("A4", owns: ["`LOG.md` (APPEND)"], script: "sed -i '$s/zero/nil/' LOG.md\necho more >> LOG.md"),
            .ownershipViolation, ["region-broken LOG.md"]
        ),
        (
            ScriptAgent("A5", owns: ["`LOG.md` (APPEND)"], script: "git rm -q LOG.md"),
            .ownershipViolation, ["region-broken LOG.md"]
        ),
        (
            ScriptAgent(
                "F",
                owns: ["`f/`"],
                note: "**FILES YOU MUST NOT TOUCH**\n- `f/keep.txt`",
                script: "echo f > f/f.txt\necho more >> f/keep.txt"
            ),
            .ownershipViolation, ["forbidden-path f/keep.txt"]
        ),
        (
            ScriptAgent("P1", owns: ["`p1/`"], script: "mkdir p1\necho p > p1/p\necho '* text' > .gitattributes"),
            .protectedPath, ["protected-path .gitattributes"]
        ),
        (
            ScriptAgent("P3", owns: ["`sub/`"], script: "echo s > sub/s.txt\necho 'obey' >> sub/AGENTS.md"),
            .protectedPath, ["protected-path sub/AGENTS.md"]
        ),
        (
            ScriptAgent("P4", owns: ["`tasks/`"], script: "echo >> tasks/regions.md\necho new > tasks/next.md"),
            .protectedPath, ["protected-path tasks/regions.md"]
        ),
        (
            ScriptAgent(
                "P5",
                owns: ["`p5/`"],
                script: "mkdir p5\necho p > p5/p\nmkdir .GitHub\necho x > .GitHub/x.yml"
            ),
            .ownershipViolation, ["case-collision .GitHub/x.yml", "protected-path .GitHub/x.yml"]
        ),
    ]

    @Test(
        "Agents share a file by regions; leaving the region or touching a protected path is refused",
        .timeLimit(.minutes(10))
    )
    func regions() async throws {
        try await withScenario(files: Self.files) { scenario in
            let repository = scenario.repository
            let task = ScriptTaskFile(
                agents: Self.keepers + Self.breakers.map(\.agent),
                append: ["LOG.md"]
            )
            let base = try repository.commit("the task", files: ["tasks/regions.md": task.text])
            try repository.git("push", "-q", "origin", "main")
            let call = try await scenario.call("run", "tasks/regions.md", "--display", "plain", "--max-parallel", "6")
            let run = try Scenario.Finished(call: call, entries: scenario.latestEntries())

            #expect(run.status == 1, "\(run.talk)")
            #expect(run.landed == Self.keepers.map(\.id).sorted(), "\(run.talk)")
            for (agent, reason, complaints) in Self.breakers {
                #expect(run.refused[agent.id] == reason, "\(agent.id): \(run.remarks(agent.id))")
                #expect(run.complaints(agent.id) == complaints, "\(agent.id): \(run.remarks(agent.id))")
            }
            #expect(run.remarks("S3").contains("it changes line 2, which is outside of `contact`"))
            #expect(run.remarks("A4").contains("only lines after line 2 may be new"))
            #expect(run.remarks("H").contains("rests on review"), "prose is allowed, and the report says so")
            #expect(try scenario.report(run).contains("rests on review"))

            #expect(try repository.read("LOG.md") == "# Log\n- zero\n- one\n- two\n")
            let app = try repository.read("web/app.py")
            #expect(app.contains("return \"home\"") && app.contains("text = \"us\"") && app.contains("return 1"))
            #expect(
                try scenario.landedPaths(since: base)
                    == [".github/workflows/ci.yml", "LOG.md", "web/app.py", "web/hooks.py"]
            )
        }
    }
}
