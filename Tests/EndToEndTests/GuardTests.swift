import Foundation
import RunModel
import TestSupport
import Testing

/// Agents that reach for what is not theirs: other branches, the remote, settings, hooks, the git folder, a neighbour.
@Suite("Guard")
struct GuardTests {
    /// An agent with work of its own that also tries something; what it tries must not stop its script.
    private static func agent(_ id: String, _ attack: String) -> ScriptAgent {
        let name = id.lowercased() + ".txt"
        return ScriptAgent(
            id,
            owns: ["`\(name)` (NEW)"],
            script: "echo \(id) > \(name)\ngit add \(name)\ngit commit -qm 'work of \(id)'\n\(attack)"
        )
    }

    /// The shared git folder, reached without the guard's variables: what an agent that means it would do.
    private static let reach = """
        shared=$(cd "$(git rev-parse --git-common-dir)" && pwd)
        did() { touch "$shared/did-$SWITCHYARD_AGENT_ID" 2>/dev/null || true; }
        bare() { env -i PATH="$PATH" HOME=/ GIT_DIR="$shared" git -c core.hooksPath=/dev/null "$@" && did || true; }

        """

    /// Refused by the guard's hooks or by git itself, in a sandbox or not: nothing happens, and the work lands.
    ///
    /// `tried` is what the report says of it; git's own refusals (of a branch that is checked out elsewhere, of a fetch)
    /// leave no trace.
    private static let harmless: [(agent: ScriptAgent, tried: String?)] = [
        (agent("A1", "git checkout main || true"), nil),
        (agent("A2", "git branch -f main HEAD || true"), nil),
        (agent("A3", "git update-ref refs/heads/main HEAD || true"), "refs/heads/main"),
        (agent("A4", "git branch mine || true"), "refs/heads/mine"),
        (agent("A5", "git tag v1 || true"), "refs/tags/v1"),
        (
            agent("A6", "echo x > scrap.txt\ngit add scrap.txt\ngit stash || true\ngit rm -qf scrap.txt || true"),
            "refs/stash"
        ),
        (
            agent(
                "A7",
                """
                side=$(git commit-tree -p "$SWITCHYARD_BASE" -m side "HEAD^{tree}")
                git merge --no-ff -m both "$side" || true
                git merge --abort || true
                """
            ), "merge"
        ),
        (agent("A8", "git push origin HEAD:refs/heads/main || true"), "push"),
        (agent("A9", "git push --no-verify origin HEAD:refs/heads/evil || true"), "push"),
        (
            agent(
                "B1",
                """
                here=$(git symbolic-ref HEAD)
                git checkout -q --ignore-other-worktrees main || true
                git commit -q --allow-empty -m 'on main' || true
                git symbolic-ref HEAD "$here"
                git reset -q --hard
                """
            ), "refs/heads/main"
        ),
        (agent("B2", "git fetch -q origin || true\ngit pull -q || true"), nil),
    ]

    /// Only the sandbox refuses these before they happen; without one they are found, undone and held against the agent.
    private static let held: [ScriptAgent] = [
        agent("C1", reach + "bare update-ref refs/heads/main \"$(git rev-parse HEAD)\""),
        agent("C2", "git -c core.hooksPath=/dev/null -c includeIf.x.path=/dev/null branch evil || true"),
        agent("C3", reach + "(git rev-parse HEAD > \"$shared/refs/heads/main\") && did || true"),
        agent("C4", reach + "bare config user.email evil@example.org"),
        agent("C5", reach + "(echo 'exit 0' > \"$shared/hooks/post-merge\") && did || true"),
        agent("C6", reach + "bare push -q --no-verify origin \"$(git rev-parse HEAD):refs/heads/evil\""),
        agent("C7", reach + "bare update-ref -d refs/heads/main"),
        agent("C8", reach + "(echo '* -text' > \"$shared/info/attributes\") && did || true"),
        agent("C9", reach + "bare symbolic-ref HEAD refs/heads/evil"),
        agent("D1", "rm -rf ../i ../../../../README.md ../../../../.git/objects/info || true"),
    ]

    @Test(
        "Without a sandbox what an agent's tests do outside its worktree is found, put back, and held against it",
        .timeLimit(.minutes(10))
    )
    func whileTesting() async throws {
        try await withScenario { scenario in
            let tested = ScriptAgent(
                "T",
                owns: ["`t.sh` (NEW)"],
                test: "sh t.sh",
                script: "echo 'git -c core.hooksPath=/dev/null -c includeIf.x.path=/dev/null branch evil' > t.sh"
            )
            let task = ScriptTaskFile(agents: [tested, Self.innocent])
            let run = try await scenario.run(task, options: ["--sandbox", "off"])

            #expect(run.refused["T"] == .guardViolation, "\(run.talk)")
            #expect(run.remarks("T").contains("'refs/heads/evil'"), "\(run.remarks("T"))")
            #expect(run.landed == ["I"], "\(run.talk)")
            #expect(try scenario.refs("refs/heads") == ["refs/heads/main"])
        }
    }

    private static let innocent = ScriptAgent("I", owns: ["`i/`"], script: "mkdir i\necho i > i/i.txt")

    @Test(
        "In a sandbox no agent gets out: each attempt fails, and the agents that only tried land",
        .timeLimit(.minutes(10))
    )
    func sandboxed() async throws {
        try await withScenario { scenario in
            try Self.placeHooks(scenario)
            let (before, base) = (try scenario.fixedParts(), try scenario.repository.commitID("main"))
            let agents = Self.harmless.map(\.agent) + Self.held
            let settings = [
                Self.agent("E1", "git config --worktree core.hooksPath /dev/null"),
                Self.agent("E2", "git checkout -q --detach\ngit symbolic-ref HEAD refs/heads/main"),
                Self.agent("E3", "git checkout -q --orphan other\ngit commit -q -m other || true"),
            ]
            let run = try await scenario.run(
                ScriptTaskFile(agents: agents + settings + [Self.innocent]),
                options: ["--max-parallel", "6"]
            )

            #expect(run.record.preflight?.sandbox == "bubblewrap", "\(run.talk)")
            #expect(run.status == 1, "\(run.talk)")
            #expect(run.landed == (agents.map(\.id) + ["I"]).sorted(), "\(run.talk)")
            // Git cannot even lock a ref here, so only what stands before that hears of an attempt.
            for (agent, tried) in Self.harmless {
                try expectTried(agent.id, ["merge", "push"].contains(tried) ? tried : nil, run)
            }
            for agent in Self.held {
                #expect(run.agent(agent.id).verdict?.isPassed == true, "\(agent.id): \(run.remarks(agent.id))")
            }
            #expect(run.refused["E1"] == .guardViolation, "\(run.remarks("E1"))")
            #expect(run.remarks("E1").contains("config.worktree"))
            for id in ["E2", "E3"] { #expect(run.refused[id] == .branchState, "\(id): \(run.remarks(id))") }
            try expectUntouched(scenario, run, before: before, base: base)
        }
    }

    @Test(
        "Without a sandbox what agents side by side get out is found, put back, and held against who did it",
        .timeLimit(.minutes(10))
    )
    func unsandboxed() async throws {
        try await withScenario { scenario in
            try Self.placeHooks(scenario)
            let (before, base) = (try scenario.fixedParts(), try scenario.repository.commitID("main"))
            let held = Self.held.filter { !["C6", "D1"].contains($0.id) }
            var task = ScriptTaskFile(agents: held + [Self.innocent] + Self.harmless.map(\.agent))
            // What git itself refuses depends on where `main` and `HEAD` stand, so the harmless work after the others.
            let harmless = Self.harmless.flatMap { ["  \($0.agent.id):", "    depends_on: [I]"] }
            task.frontMatter = ["agents:"] + harmless
            let run = try await scenario.run(task, options: ["--max-parallel", "6", "--sandbox", "off"])

            #expect(run.record.preflight?.sandbox == "none")
            for (agent, tried) in Self.harmless {
                #expect(run.landed.contains(agent.id), "\(agent.id): \(run.remarks(agent.id))")
                try expectTried(agent.id, tried, run)
            }
            #expect(run.landed.contains("I"), "\(run.talk)")
            // Its mark in the log of a ref that nobody else touches proves who did it, whoever else was at work.
            #expect(run.refused["C2"] == .guardViolation, "\(run.remarks("C2"))")
            #expect(try scenario.reportRow(run, "C2").contains("guard_violation"))
            #expect(run.remarks("C2").contains("'refs/heads/evil'"))
            // The others wipe each other's traces away, but none of them passes without a word.
            for agent in held {
                let findings = run.agent(agent.id).verdict?.findings.filter { $0.code.hasPrefix("guard-") } ?? []
                // Two that reach for one ref at once may keep each other out.
                let hasDone = FileManager.default.fileExists(atPath: scenario.repository.path + "/.git/did-\(agent.id)")
                #expect(!findings.isEmpty || !hasDone, "\(agent.id): \(run.talk)")
                if run.landed.contains(agent.id) {
                    #expect(findings.allSatisfy { $0.message.hasPrefix("Somebody") }, "\(findings)")
                }
            }
            try expectUntouched(scenario, run, before: before, base: base)
        }
    }

    @Test(
        "An agent alone without a sandbox answers for every change past git",
        .timeLimit(.minutes(10)),
        arguments: [
            (["C3"], "refs/heads/main"), (["C4", "C5", "C8"], "config"), (["C7"], "refs/heads/main"), (["C9"], "HEAD"),
        ]
    )
    func alone(attacks: [String], named: String) async throws {
        try await withScenario { scenario in
            try Self.placeHooks(scenario)
            let (before, base) = (try scenario.fixedParts(), try scenario.repository.commitID("main"))
            let scripts = Self.held.filter { attacks.contains($0.id) }
            let first = try #require(scripts.first)
            let offender = ScriptAgent(
                first.id,
                owns: first.owns,
                script: first.script
                    + scripts.dropFirst().map { "\n" + $0.script.split(separator: "\n").suffix(1).joined() }.joined()
            )
            var task = ScriptTaskFile(agents: [offender, Self.innocent])
            // A wave of its own each: nobody else is at work meanwhile.
            task.frontMatter = ["agents:", "  \(first.id):", "    depends_on: [I]"]
            let run = try await scenario.run(task, options: ["--sandbox", "off"])

            #expect(run.status == 1, "\(run.talk)")
            #expect(run.refused[first.id] == .guardViolation, "\(run.remarks(first.id))\n\(run.talk)")
            #expect(run.remarks(first.id).contains("gent \(first.id) "), "\(run.remarks(first.id))")
            #expect(run.remarks(first.id).contains(named), "\(run.remarks(first.id))")
            #expect(run.landed == ["I"], "\(run.talk)")
            try expectUntouched(scenario, run, before: before, base: base)
        }
    }

    @Test(
        "A push that got out is reported and never taken back; the agent's work does not land",
        .timeLimit(.minutes(10))
    )
    func pushed() async throws {
        try await withScenario { scenario in
            let offender = try #require(Self.held.first { $0.id == "C6" })
            let run = try await scenario.run(
                ScriptTaskFile(agents: [offender, Self.innocent]),
                options: ["--sandbox", "off"]
            )
            #expect(run.landed == ["I"], "\(run.talk)")
            #expect(run.refused["C6"] == .guardViolation, "\(run.remarks("C6"))")
            #expect(
                run.remarks("C6").contains("Agent C6 pushed to refs/heads/evil on 'origin'"),
                "\(run.remarks("C6"))"
            )
            #expect(try scenario.remoteCommit() == scenario.repository.commitID("main"))
            #expect(try scenario.remoteCommit("evil") == run.agent("C6").work?.commit)
        }
    }

    @Test(
        "Agents whose worktrees a neighbour removed are refused with what they had, and the others land",
        .timeLimit(.minutes(10))
    )
    func neighboursRemoved() async throws {
        try await withScenario { scenario in
            let folder = scenario.repository.folder
            // The neighbour waits for both to be at work, and they wait for it to be done.
            func wait(for names: String...) -> String {
                names.map { "for i in $(seq 1200); do [ -e \(folder.appending($0)) ] && break; sleep 0.05; done" }
                    .joined(separator: "\n")
            }
            let victims = ["V", "W"].map { id in
                Self.agent(
                    id,
                    "touch \(folder.appending(id))\n\(wait(for: "done"))\necho more > \"$SWITCHYARD_WORKTREE/more.txt\""
                )
            }
            let neighbour = Self.agent(
                "D",
                "\(wait(for: "V", "W"))\nrm -rf ../v\ngit worktree remove --force ../w\ntouch \(folder.appending("done"))"
            )
            let run = try await scenario.run(
                ScriptTaskFile(agents: victims + [neighbour, Self.innocent]),
                options: ["--sandbox", "off"]
            )
            #expect(run.record.state == .done, "\(run.talk)")
            #expect(run.landed == ["D", "I"], "\(run.talk)")
            for id in ["V", "W"] {
                #expect(run.refused[id] == .engineFailure, "\(id): \(run.remarks(id))\n\(run.talk)")
                let saved = try #require(run.agent(id).saved, "what \(id) had committed is kept")
                #expect(try scenario.repository.text(of: "\(id.lowercased()).txt", at: saved.ref) == "\(id)\n")
            }
            #expect(try scenario.refs("refs/heads/") == ["refs/heads/main"])
            #expect(try scenario.repository.git("worktree", "list").split(separator: "\n").count == 1)
        }
    }

    @Test(
        "Allowed protocols let git fetch elsewhere, and nothing else out",
        .timeLimit(.minutes(10)),
        arguments: ["off", "auto"]
    )
    func protocols(sandbox: String) async throws {
        try await withScenario { scenario in
            let agent = Self.agent(
                "P",
                """
                url=file://\(scenario.remote)
                if git clone -q "$url" "$SWITCHYARD_WORKTREE/../clone-$$" 2> /dev/null ||
                    git clone -q "$url" "/tmp/clone-$$"; then echo cloned >> p.txt; fi
                rm -rf "$SWITCHYARD_WORKTREE/../clone-$$" "/tmp/clone-$$"
                git push -q origin HEAD:refs/heads/evil || git push -q "$url" HEAD:refs/heads/evil || echo held >> p.txt
                git commit -qam more
                """
            )
            for (settings, expected) in [
                ("", "P\nheld\n"), ("guard:\n  allowed_git_protocols: [file]\n", "P\ncloned\nheld\n"),
            ] {
                try scenario.repository.write(settings, to: "switchyard.yaml")
                let run = try await scenario.run(ScriptTaskFile(agents: [agent]), options: ["--sandbox", sandbox])
                #expect(run.landed == ["P"], "\(run.talk)")
                #expect(try scenario.repository.text(of: "p.txt", at: "main") == expected)
                try scenario.repository.git("rm", "-q", "p.txt")
                try scenario.repository.git("commit", "-qm", "again")
                try scenario.repository.git("push", "-q", "origin", "main")
            }
            #expect(try scenario.repository.git(in: scenario.remote, "branch", "--list", "evil") == "")
        }
    }

    // MARK: Claims

    /// Hooks of the project itself, which must still be there, and be called, in every worktree.
    private static func placeHooks(_ scenario: Scenario) throws {
        try scenario.repository.write("#!/bin/sh\nexit 0\n", to: ".git/hooks/pre-commit", isExecutable: true)
        try scenario.repository.write("#!/bin/sh\nexit 0\n", to: ".git/hooks/post-merge", isExecutable: true)
    }

    /// What an agent tried stands in the verdict as a warning; what git itself refused leaves no trace.
    private func expectTried(_ id: String, _ tried: String?, _ run: Scenario.Finished) throws {
        let findings = run.agent(id).verdict?.findings.filter { $0.code == "guard-attempt" } ?? []
        guard let tried else {
            #expect(findings.isEmpty, "\(id): \(run.remarks(id))")
            return
        }
        #expect(findings.contains { $0.message.contains("'\(tried)'") }, "\(id): \(run.remarks(id))")
    }

    /// Only what landed differs.
    private func expectUntouched(
        _ scenario: Scenario,
        _ run: Scenario.Finished,
        before: [String: String],
        base: String
    ) throws {
        let after = try scenario.fixedParts()
        for (name, text) in before { #expect(after[name] == text, "\(name)") }
        #expect(Set(after.keys) == Set(before.keys))
        let landed = run.landed.map { $0 == "I" ? "i/i.txt" : $0.lowercased() + ".txt" }.sorted()
        #expect(try scenario.landedPaths(since: base) == landed)
        #expect(try scenario.repository.commitID("main") == run.record.landed?.to)
        #expect(try scenario.remoteCommit() == run.record.landed?.to)
        #expect(try scenario.repository.read("README.md") == "# Scratch\n")
        #expect(try scenario.repository.tryGit("fsck", "--connectivity-only").status == 0)
    }
}
