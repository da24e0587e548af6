import RunModel
import TestSupport
import Testing

/// Agents of a later wave whose ground gives way: what they build on is refused, or never lands.
@Suite("Dependencies that do not land")
struct DependencyTests {
    /// Owns and writes one file, building on others.
    private func writer(_ id: String, on needed: [String] = [], wait: String = "") -> ScriptAgent {
        let name = id.lowercased() + ".txt"
        var agent = ScriptAgent(id, owns: ["`\(name)`"], script: "\(wait)\necho \(id) >> \(name)")
        agent.dependsOn = needed
        return agent
    }

    @Test(
        "An agent that an earlier wave's conflict takes the ground from is refused with all that build on it",
        .timeLimit(.minutes(10))
    )
    func rebased() async throws {
        try await withScenario(files: ["README.md": "# Scratch\n", "a.txt": "first\n"]) { scenario in
            let place = try Rendezvous(scenario, "c")
            let agents = [
                writer("A"), writer("X"), writer("B", on: ["A"]), writer("C", on: ["B"], wait: place.script),
                writer("Y", on: ["X"]),
            ]
            let live = try LiveRun(scenario, ScriptTaskFile(agents: agents, verify: ["test -f x.txt"]))
            // All waves but the last are on the train; now the branch moves under what A did.
            try await place.awaitAgent()
            let mine = try scenario.repository.commit("mine", files: ["a.txt": "mine\n"])
            try await place.release()
            let run = try await live.finish()

            #expect(run.status == 1, "\(run.talk)")
            #expect(run.record.waves.count == 3)
            #expect(run.landed == ["X", "Y"], "\(run.talk)")
            let refused: [String: RefusalReason] = [
                "A": .mergeConflict, "B": .dependencyRefused, "C": .dependencyRefused,
            ]
            #expect(run.refused == refused, "\(run.talk)")
            #expect(run.agent("C").refusal?.summary.contains("B") == true)
            #expect(run.record.landed?.from == mine)
            #expect(try scenario.landedPaths(since: mine) == ["x.txt", "y.txt"])
            #expect(try scenario.repository.text(of: "a.txt", at: "main") == "mine\n")
            for id in ["A", "B", "C"] {
                let saved = try #require(run.agent(id).saved, "the work of \(id) is kept")
                let text = try scenario.repository.text(of: "\(id.lowercased()).txt", at: saved.ref)
                #expect(text.hasSuffix("\(id)\n"))
            }
            try scenario.expectSound()
        }
    }

    @Test(
        "A branch that will not stand still is given up after four tries, and all work of all waves is kept",
        .timeLimit(.minutes(10))
    )
    func givenUp() async throws {
        try await withScenario { scenario in
            let refused = ScriptAgent("R", owns: ["`r.txt` (NEW)"], script: "echo R > README.md")
            let task = ScriptTaskFile(
                agents: [writer("A"), refused, writer("B", on: ["A"]), writer("S", on: ["R"])],
                // The verify command itself moves the branch, as often as it is run.
                verify: ["git -C '\(scenario.repository.path)' commit -q --allow-empty -m moved"]
            )
            let run = try await scenario.run(task, options: ["--sandbox", "off", "--no-baseline"])
            #expect(run.status == 1, "\(run.talk)")
            #expect(run.record.rebaseCount == 4, "\(run.talk)")
            #expect(run.landed == [])
            #expect(
                run.refused == [
                    "A": .branchState, "B": .branchState, "R": .ownershipViolation, "S": .dependencyRefused,
                ],
                "\(run.talk)"
            )
            #expect(run.agent("B").refusal?.summary.contains("the branch moved on 4 times") == true)
            #expect(try scenario.repository.files(at: "main") == ["CHANGELOG.md", "README.md"])
            for id in ["A", "B", "R"] { #expect(run.agent(id).saved != nil, "the work of \(id) is kept") }
            try scenario.expectSound(keepsResult: true)
        }
    }
}
