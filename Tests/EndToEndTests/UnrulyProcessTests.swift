import Foundation
import Glibc
import Orchestrator
import RunModel
import TestSupport
import Testing

/// Agents whose processes do not end, or do not stay where they belong.
@Suite("Unruly processes")
struct UnrulyProcessTests {
    private static func agents(mark: String) -> [ScriptAgent] {
        [
            ScriptAgent("H", owns: ["`h.txt` (NEW)"], script: "echo h > h.txt\nsleep \(mark)1"),
            ScriptAgent(
                "S",
                owns: ["`s.txt` (NEW)"],
                script: "trap '' TERM INT HUP\necho s > s.txt\nwhile :; do sleep \(mark)2 || true; done"
            ),
            ScriptAgent(
                "G",
                owns: ["`g.txt` (NEW)"],
                script: """
                    sleep \(mark)3 &
                    (sleep \(mark)4 & sleep \(mark)5 &) &
                    setsid sleep \(mark)6 &
                    setsid -f sh -c 'trap "" TERM HUP; sleep \(mark)7; sleep \(mark)8' < /dev/null > /dev/null 2>&1
                    env -i PATH="$PATH" setsid -f sleep \(mark)9 < /dev/null > /dev/null 2>&1
                    nohup sh -c 'cd /; exec sleep \(mark)0' > /dev/null 2>&1 &
                    echo g > g.txt
                    """
            ),
            ScriptAgent(
                "F",
                owns: ["`f.txt` (NEW)"],
                script: """
                    line=$(printf 'x%.0s' {1..999})
                    { yes "$line" || true; } | head -c 80000000
                    head -c 20000000 /dev/zero | tr '\\0' y >&2
                    echo
                    echo f > f.txt
                    """
            ),
            ScriptAgent("I", owns: ["`i.txt` (NEW)"], script: "echo i > i.txt"),
        ]
    }

    @Test(
        "Hanging, stubborn, flooding and forking agents end at their limits, and leave no process behind",
        .timeLimit(.minutes(10)),
        arguments: ["auto", "off"]
    )
    func nothingIsLeft(sandbox: String) async throws {
        try await withScenario { scenario in
            // A number that no other process of this machine sleeps for.
            let mark = "\(getpid())\(UInt32.random(in: 10_000...99_999))"
            var task = ScriptTaskFile(agents: Self.agents(mark: mark))
            task.frontMatter = ["agents:", "  H:", "    timeout: 1s", "  S:", "    timeout: 1s"]
            let run = try await scenario.run(
                task,
                options: ["--sandbox", sandbox, "--max-parallel", "5"],
                adding: ["SWITCHYARD_GRACE": "1s"]
            )

            #expect(run.status == 1, "\(run.talk)")
            #expect(run.landed == ["F", "G", "I"], "\(run.talk)")
            for id in ["H", "S"] {
                #expect(run.refused[id] == .timeout, "\(id): \(run.talk)")
                let outcome = try #require(run.agent(id).attempts.last?.finished?.outcome)
                #expect(outcome.ending == .timedOut(after: .seconds(1)))
                let saved = try #require(run.agent(id).saved, "\(id)'s unfinished work is kept")
                #expect(
                    try scenario.repository.text(of: "\(id.lowercased()).txt", at: saved.ref) == "\(id.lowercased())\n"
                )
            }
            #expect(scenario.leftovers(run: run.record.created?.run, mark: mark) == [])

            let flood = try #require(run.agent("F").attempts.last?.finished?.outcome)
            #expect(flood.droppedBytes > 10_000_000, "what a log file may not hold is counted: \(flood.droppedBytes)")
            let folder = try scenario.store.folder(#require(run.record.created?.run)).attempt(AgentID("F"), 1)
            let sizes = try FileManager.default.contentsOfDirectory(atPath: folder).map {
                try #require(FileManager.default.attributesOfItem(atPath: folder + "/" + $0)[.size] as? Int)
            }
            #expect(sizes.reduce(0, +) < 90_000_000, "\(sizes)")
            // A sanitizer needs several times the memory of what it watches.
            let isWatched = ProcessInfo.processInfo.environment["SWITCHYARD_SANITIZER"] != nil
            #expect(
                Self.largestChildInBytes < (isWatched ? 3_200 : 400) << 20,
                "the runner does not keep what agents print"
            )
        }
    }

    /// The most memory that any child of this process has had so far.
    private static var largestChildInBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        return usage.ru_maxrss * 1_024
    }
}
