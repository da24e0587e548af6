import ChildProcesses
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Sandbox", .timeLimit(.minutes(10)))
struct SandboxTests {
    /// The mechanisms that work on this machine, each with a runner that can apply it.
    enum Mechanism: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case bubblewrapKept, bubblewrapDirect, landlock

        var kind: SandboxKind { self == .landlock ? .landlock : .bubblewrap }

        var runner: ChildRunner {
            get throws { try (self == .bubblewrapDirect ? Launch.direct : Launch.kept).runner }
        }

        var testDescription: String { rawValue }
    }

    /// Folders `inside` (writable) and `outside` (not).
    private func withFolders(
        _ mechanism: Mechanism,
        _ body: (TemporaryFolder, SandboxPolicy) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try folder.write("old\n", to: "outside/file")
        try folder.write("old\n", to: "outside/inside/file")
        let policy = SandboxPolicy(
            kind: mechanism.kind,
            writablePaths: [folder.appending("outside/inside")],
            readOnlyPaths: [folder.appending("outside")]
        )
        try await body(folder, policy)
    }

    private func run(
        _ text: String,
        _ mechanism: Mechanism,
        _ policy: SandboxPolicy,
        in folder: String = "/"
    ) async throws -> CollectedOutput {
        try await mechanism.runner.collect(script(text, in: folder), limits: safetyLimit, sandbox: policy)
    }

    @Test("Writing inside works, any kind of write outside fails", arguments: Mechanism.allCases)
    func writes(mechanism: Mechanism) async throws {
        try await withFolders(mechanism) { folder, policy in
            let outside = folder.appending("outside")
            let attempts = [
                "echo new > \(outside)/file", "echo new >> \(outside)/file", "rm \(outside)/file",
                "mv \(outside)/file \(outside)/other", "mkdir \(outside)/folder", "ln -s x \(outside)/link",
                "echo new > \(outside)/new", ": > \(outside)/file", "mv \(outside)/file \(outside)/inside/stolen",
                "rm -rf \(outside)/inside && test ! -e \(outside)/inside",
            ]
            for attempt in attempts {
                let result = try await run(attempt, mechanism, policy)
                #expect(!result.ending.isSuccess, "\(attempt)")
            }
            #expect(try folder.read("outside/file") == "old\n")
            #expect(try folder.list("outside") == ["file", "inside"])
            let good = "cd \(outside)/inside && echo new > file && mkdir a b && echo x > a/x && mv a/x b/y && mv b c"
            let result = try await run(good, mechanism, policy)
            #expect(result.ending == .exited(0), "\(result.errorText)")
            #expect(try folder.read("outside/inside/c/y") == "x\n")
        }
    }

    @Test("Exit status, signals and input pass through", arguments: Mechanism.allCases)
    func passThrough(mechanism: Mechanism) async throws {
        try await withFolders(mechanism) { folder, policy in
            let runner = try mechanism.runner
            let failed = try await run("exit 7", mechanism, policy)
            #expect(failed.ending == .exited(7))
            let command = script("pwd; cat", in: folder.appending("outside/inside"), input: Array("hello".utf8))
            let result = try await runner.collect(command, limits: safetyLimit, sandbox: policy)
            #expect(result.outputText == "\(folder.appending("outside/inside"))\nhello")
        }
    }

    @Test("Bubblewrap shows no other process, hides folders and has a temporary folder of its own")
    func isolation() async throws {
        let mechanism = Mechanism.bubblewrapKept
        try await withFolders(mechanism) { folder, policy in
            let marker = FileManager.default.temporaryDirectory.appending(path: "switchyard-\(UUID())").path
            #expect(FileManager.default.createFile(atPath: marker, contents: nil))
            defer { try? FileManager.default.removeItem(atPath: marker) }
            try folder.write("secret", to: "hidden/file")
            var hiding = policy
            hiding.hiddenPaths = [folder.appending("hidden")]
            let text = """
                ls /proc | grep -c '^[0-9]'; test -e \(marker) || echo private; ls \(folder.appending("hidden")) | wc -l
                echo x > /tmp/own && cat /tmp/own
                """
            let result = try await run(text, mechanism, hiding)
            let lines = result.outputText.split(separator: "\n").map(String.init)
            try #require(lines.count == 4, "\(result.errorText)")
            #expect(Int(lines[0]).map { $0 <= 5 } == true)
            #expect(lines[1...] == ["private", "0", "x"])
        }
    }

    @Test("A temporary folder given by the caller is the child's /tmp")
    func temporaryFolder() async throws {
        try await withFolders(.bubblewrapKept) { folder, policy in
            try folder.write("", to: "private/before")
            var own = policy
            own.temporaryFolder = folder.appending("private")
            let result = try await run("ls -d /tmp/b*; echo x > /tmp/after", .bubblewrapKept, own)
            #expect(result.outputText == "/tmp/before\n")
            #expect(try folder.read("private/after") == "x\n")
        }
    }

    @Test("A sandboxed child gets its grace period too", arguments: Mechanism.allCases)
    func grace(mechanism: Mechanism) async throws {
        try await withFolders(mechanism) { _, policy in
            let transcript = Transcript()
            let runner = try mechanism.runner
            let text = "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
            let attempt = Task {
                try await runner.run(script(text), limits: safetyLimit, sandbox: policy, onLine: transcript.add)
            }
            for await line in transcript.stream where line == "ready" { break }
            attempt.cancel()
            #expect(try await attempt.value.ending == .cancelled)
            #expect(transcript.output == ["ready", "bye"])
        }
    }

    @Test("Nothing inside a sandbox outlives its time", arguments: Mechanism.allCases)
    func noSurvivor(mechanism: Mechanism) async throws {
        try await withFolders(mechanism) { folder, policy in
            // Every process holds the pipe open for writing: its end means that all are gone.
            let pipe = folder.appending("outside/inside/pipe")
            #expect(mkfifo(pipe, 0o600) == 0)
            let text = """
                exec 9<>\(pipe) 8>\(pipe) 9<&-
                setsid sh -c 'trap "" TERM; sleep 1000; sleep 1000' & echo ready; wait; sleep 1000
                """
            let transcript = Transcript()
            let runner = try mechanism.runner
            let attempt = Task {
                let limits = ChildLimits(wallClock: .seconds(50), grace: .milliseconds(200))
                return try await runner.run(script(text), limits: limits, sandbox: policy, onLine: transcript.add)
            }
            for await line in transcript.stream where line == "ready" { break }
            let reader = Transcript()
            let watch = script("exec 3<\(pipe); echo open; cat <&3")
            async let ended = ChildRunner().run(watch, limits: safetyLimit, onLine: reader.add)
            for await line in reader.stream where line == "open" { break }
            attempt.cancel()
            #expect(try await attempt.value.ending == .cancelled)
            #expect(try await ended.ending == .exited(0))
        }
    }

    @Test("A commit in a linked worktree works, and other refs cannot be written", arguments: Mechanism.allCases)
    func commit(mechanism: Mechanism) async throws {
        let root = try TemporaryFolder()
        defer { root.remove() }
        let repository = try TemporaryRepository(in: root)
        try repository.commit("start", files: ["a": "1\n"])
        let worktree = root.appending("worktrees/agent")
        try repository.git("worktree", "add", "--quiet", "-b", "switchyard/run/agent/work", worktree)
        let git = repository.path + "/.git"
        for folder in ["refs/heads/switchyard/run/agent", "logs/refs/heads/switchyard/run/agent"] {
            try FileManager.default.createDirectory(atPath: "\(git)/\(folder)", withIntermediateDirectories: true)
        }
        let policy = SandboxPolicy(
            kind: mechanism.kind,
            writablePaths: [
                worktree, "\(git)/objects", "\(git)/refs/heads/switchyard/run/agent",
                "\(git)/logs/refs/heads/switchyard/run/agent", "\(git)/worktrees/agent",
            ],
            readOnlyPaths: [repository.path, root.appending("worktrees")]
        )
        func attempt(_ text: String) async throws -> CollectedOutput {
            var command = script(text, in: worktree)
            command.environment = repository.gitFixture.environment
            return try await mechanism.runner.collect(command, limits: safetyLimit, sandbox: policy)
        }
        let before = try repository.git("rev-parse", "main")
        let made = try await attempt("mkdir b && echo 2 > b/c && git add -A && git commit -q -m work && git status -s")
        #expect(made.ending == .exited(0), "\(made.errorText)")
        #expect(try repository.git("show", "switchyard/run/agent/work:b/c") == "2")
        for attack in [
            "git update-ref refs/heads/main HEAD", "git branch other", "git config user.name Mallory",
            "echo x > \(git)/refs/heads/main", "git -C \(repository.path) commit -q --allow-empty -m x",
            "git tag t", "git stash list && echo y > a && git stash", "touch \(git)/hooks/pre-commit",
        ] {
            let result = try await attempt(attack)
            #expect(!result.ending.isSuccess, "\(attack)")
        }
        #expect(try repository.git("rev-parse", "main") == before)
        let refs = try repository.git("for-each-ref", "--format=%(refname)")
        #expect(refs == "refs/heads/main\nrefs/heads/switchyard/run/agent/work")
    }

    @Test("The probe finds bubblewrap here, and says what is missing without it")
    func detect() async {
        #expect(await SandboxKind.detect().kind == .bubblewrap)
        let without = await SandboxKind.detect(searchPath: "/nonexistent")
        #expect(without.kind == .landlock)
        #expect(without.why.hasPrefix("`bwrap` is not installed; the kernel has Landlock version "))
        let nothing = await SandboxKind.detect(searchPath: "/nonexistent", isKeeping: false)
        #expect(nothing.kind == .none)
        #expect(nothing.why == "`bwrap` is not installed; Landlock needs the keeper process")
    }
}
