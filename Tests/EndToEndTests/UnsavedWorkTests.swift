import Foundation
import RunModel
import TestSupport
import Testing

/// What no ref can hold is neither landed nor deleted.
@Suite("Work that cannot be saved", .timeLimit(.minutes(10)))
struct UnsavedWorkTests {
    @Test(
        "A worktree whose work is nowhere else is kept as it is, and the report says where",
        arguments: [
            // Commits of a repository inside the worktree.
            (
                "mkdir n\ncd n\ngit init -q .\necho x > x\ngit add x\ngit -c user.name=a -c user.email=a@b commit -qm x",
                "n/x"
            ),
            // No worktree any more.
            ("rm .git\ngit init -q .\necho y > y", "y"),
        ]
    )
    func kept(script: String, file: String) async throws {
        try await withScenario { scenario in
            let innocent = ScriptAgent("I", owns: ["`i.txt` (NEW)"], script: "echo i > i.txt")
            let odd = ScriptAgent("N", owns: ["`n/` (NEW)", "`y` (NEW)"], script: script)
            let run = try await scenario.run(ScriptTaskFile(agents: [odd, innocent]), options: ["--sandbox", "off"])

            #expect(run.landed == ["I"], "\(run.talk)")
            #expect(run.refused["N"] != nil, "\(run.talk)")
            #expect(run.record.notes.contains { $0.code == "work-unsaved" }, "\(run.talk)")
            let id = try #require(run.record.created?.run)
            let folder = scenario.repository.path + "/.switchyard/runs/\(id)/unsaved"
            let kept = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(kept.contains { FileManager.default.fileExists(atPath: "\(folder)/\($0)/\(file)") }, "\(kept)")
        }
    }

    @Test("Settings of a repository that an agent put in its worktree's place are never used", .timeLimit(.minutes(10)))
    func otherRepository() async throws {
        try await withScenario { scenario in
            let script = """
                git init -q other
                printf '[filter "x"]\\n\\tclean = "touch %s/ran; cat"\\n' "$PWD" >> other/.git/config
                printf '* filter=x\\n' > .gitattributes
                echo y > y
                printf 'gitdir: %s/other/.git\\n' "$PWD" > .git
                """
            let agent = ScriptAgent("N", owns: ["`y` (NEW)", "`.gitattributes` (NEW)"], script: script)
            let run = try await scenario.run(ScriptTaskFile(agents: [agent]), options: ["--sandbox", "off"])

            #expect(run.landed == [], "\(run.talk)")
            let id = try #require(run.record.created?.run)
            let folder = scenario.repository.path + "/.switchyard/runs/\(id)/unsaved"
            let kept = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first)
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(kept)")
            #expect(names.contains("y") && !names.contains("ran"), "\(names)")
        }
    }
}
