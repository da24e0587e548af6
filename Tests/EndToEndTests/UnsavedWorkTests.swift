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
                git -C other symbolic-ref HEAD "$(git symbolic-ref HEAD)"
                git -C other -c user.name=a -c user.email=a@b commit -q --allow-empty -m other
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

    /// What stands where git reads files: folders, which git cannot read, and pipes, at which it would wait for ever.
    private static let obstacles: [(id: String, script: String, reason: RefusalReason?)] = [
        ("F1", "rm -f \"$mine/index\"\nmkdir \"$mine/index\"", .branchState),
        ("F2", "rm -f \"$mine/HEAD\"\nmkdir \"$mine/HEAD\"", .branchState),
        ("F3", "rm -f \"$mine/HEAD\"\nmkfifo \"$mine/HEAD\"", .branchState),
        ("F4", "mkdir -p \"$mine/logs\"\nrm -f \"$mine/logs/HEAD\"\nmkfifo \"$mine/logs/HEAD\"", nil),
        ("F5", "rm -f \"$mine/index\"\nmkfifo \"$mine/index\"", nil),
        ("F6", "log=$common/switchyard/$SWITCHYARD_RUN_ID/f6/refusals/log\nrm -f $log\nmkfifo $log", nil),
        ("F7", "mkfifo \"$common/$(dirname $(git symbolic-ref HEAD))/x\"", nil),
        ("F8", "mkfifo .gitattributes", nil),
        ("F9", "mkdir n\ngit init -q n\nrm n/.git/HEAD\nmkfifo n/.git/HEAD", nil),
    ]

    @Test(
        "What an agent puts where git reads files stops nobody else, and a pipe not even itself",
        .timeLimit(.minutes(10)),
        arguments: ["auto", "off"]
    )
    func obstacles(sandbox: String) async throws {
        let lead = "mine=$(git rev-parse --absolute-git-dir)\ncommon=$(git rev-parse --git-common-dir)\n"
        let agents = Self.obstacles.map { id, script, _ in
            ScriptAgent(id, owns: ["`\(id).txt` (NEW)"], script: "echo x > \(id).txt\n" + lead + script)
        }
        let pipes = """
            cat > t.sh <<'END'
            index=$(git rev-parse --absolute-git-dir)/index
            rm -f $index
            mkfifo $index .gitattributes
            exit 1
            END
            """
        let tested = ScriptAgent("T", owns: ["`t.sh` (NEW)"], test: "sh t.sh", script: pipes)
        try await withScenario { scenario in
            let innocent = ScriptAgent("I", owns: ["`i.txt` (NEW)"], script: "echo i > i.txt")
            let task = ScriptTaskFile(agents: agents + [tested, innocent])
            let run = try await scenario.run(task, options: ["--sandbox", sandbox])

            for (id, _, reason) in Self.obstacles {
                #expect(run.refused[id] == reason, "\(id): \(run.talk)")
                #expect(run.landed.contains(id) == (reason == nil), "\(id): \(run.talk)")
            }
            #expect(run.landed.contains("I"), "\(run.talk)")
            #expect(run.refused["T"] == .testFailure, "\(run.talk)")
            let notes = run.record.notes
            #expect(notes.count { $0.code == "pipe-removed" } == 8, "\(run.talk)")
            // Nobody can tell what of it is kept (T has lost its index), so all of it is.
            #expect(notes.count { $0.code == "work-unsaved" } == 4, "\(run.talk)")
        }
    }
}
