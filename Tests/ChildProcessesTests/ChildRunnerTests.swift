import ChildProcesses
import Locking
import TestSupport
import Testing

@Suite("Child runner", .timeLimit(.minutes(10)))
struct ChildRunnerTests {
    @Test("The exit status is a value", arguments: Launch.allCases, [0, 1, 42, 255] as [Int32])
    func exitStatus(launch: Launch, code: Int32) async throws {
        let result = try await launch.runner.collect(script("exit \(code)"), limits: safetyLimit)
        #expect(result.ending == .exited(code))
    }

    @Test("A death by signal is told as that signal", arguments: Launch.allCases, [9, 11, 15] as [Int32])
    func signalled(launch: Launch, signal: Int32) async throws {
        let result = try await launch.runner.collect(script("kill -\(signal) $$"), limits: safetyLimit)
        #expect(result.ending == .signalled(signal))
    }

    @Test("Both streams arrive whole and in order", arguments: Launch.allCases)
    func streams(launch: Launch) async throws {
        let transcript = Transcript()
        let text = "i=0; while [ $i -lt 2000 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; printf last"
        let result = try await launch.runner.run(script(text), limits: safetyLimit, onLine: transcript.add)
        #expect(result.ending == .exited(0))
        #expect(transcript.output == (0..<2000).map { "out \($0)" } + ["last"])
        #expect(transcript.errors == (0..<2000).map { "err \($0)" })
    }

    @Test("The child sees exactly the environment it is given", arguments: Launch.allCases)
    func environment(launch: Launch) async throws {
        let command = ChildCommand(
            arguments: ["/usr/bin/env"],
            environment: ["A": "1", "B": "two words = yes", "EMPTY": ""],
            workingDirectory: "/"
        )
        let result = try await launch.runner.collect(command, limits: safetyLimit)
        #expect(Set(result.outputText.split(separator: "\n")) == ["A=1", "B=two words = yes", "EMPTY="])
    }

    @Test("The child starts in its folder and leads a session of its own", arguments: Launch.allCases)
    func session(launch: Launch) async throws {
        try await withTemporaryFolder { folder in
            let command = script("pwd; sed 's/.*) //' /proc/$$/stat | cut -d' ' -f3,4; echo $$", in: folder.path)
            let result = try await launch.runner.collect(command, limits: safetyLimit)
            let lines = result.outputText.split(separator: "\n").map(String.init)
            try #require(lines.count == 3)
            #expect(lines[0] == folder.path)
            // Process group and session both carry the child's own number.
            #expect(lines[1] == "\(lines[2]) \(lines[2])")
        }
    }

    @Test("Standard input of any size arrives, and is empty without one", arguments: Launch.allCases)
    func input(launch: Launch) async throws {
        let bytes = [UInt8](repeating: 7, count: 5_000_000)
        let big = try await launch.runner.collect(script("wc -c", input: bytes), limits: safetyLimit)
        #expect(big.outputText.contains("5000000"))
        let none = try await launch.runner.collect(script("wc -c"), limits: safetyLimit)
        #expect(none.outputText.contains("0"))
    }

    @Test("A child that does not read its input ends normally", arguments: Launch.allCases)
    func unreadInput(launch: Launch) async throws {
        let bytes = [UInt8](repeating: 7, count: 5_000_000)
        let result = try await launch.runner.collect(script("exit 3", input: bytes), limits: safetyLimit)
        #expect(result.ending == .exited(3))
    }

    @Test("Binary output is kept byte for byte, and cut at the limit", arguments: Launch.allCases)
    func binary(launch: Launch) async throws {
        let text = "python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)) * 1000)'"
        let whole = try await launch.runner.collect(script(text), limits: safetyLimit)
        #expect(whole.standardOutput == (0..<1000).flatMap { _ in (0...255).map { UInt8($0) } })
        #expect(!whole.isTruncated)
        let cut = try await launch.runner.collect(script(text), limits: safetyLimit, outputLimitInBytes: 1000)
        #expect(cut.standardOutput.count == 1000)
        #expect(cut.isTruncated)
        #expect(cut.ending == .exited(0))
    }

    @Test("The mark given at the start names the running process", arguments: Launch.allCases)
    func startMark(launch: Launch) async throws {
        let mark = Lock<ChildMark?>(nil)
        let wasAlive = Lock(false)
        _ = try await launch.runner.run(
            script("echo ready; cat", input: Array("x".utf8)),
            limits: safetyLimit,
            onStart: { started in
                mark.withLock { $0 = started }
                wasAlive.withLock { $0 = started.startTicks > 0 && ProcessTable.isAlive(started) }
            },
            onLine: { _, _ in }
        )
        #expect(wasAlive.withLock { $0 })
        let started = try #require(mark.withLock { $0 })
        #expect(!ProcessTable.isAlive(started))
    }

    @Test("Output of one gigabyte without a line end needs little memory")
    func flood() async throws {
        let command = ChildCommand(
            arguments: [try Probe.path(), "measure", "1000000", "--", "head", "-c", "1000000000", "/dev/zero"],
            environment: ["PATH": "/usr/bin:/bin"],
            workingDirectory: "/"
        )
        let result = try await ChildRunner().collect(command, limits: safetyLimit)
        let words = result.outputText.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
        try #require(words.count == 3)
        #expect(words[0] == 1)
        #expect(words[1] > 1_000_000 && words[1] < 1_000_100)
        #expect(words[2] < 400_000, "peak memory in KiB, of a gigabyte that went through")
    }

    @Test("Fifty children at once all end well", arguments: Launch.allCases)
    func many(launch: Launch) async throws {
        let runner = try launch.runner
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<50 {
                group.addTask { try await runner.collect(script("echo \(number)"), limits: safetyLimit).outputText }
            }
            var all: Set<String> = []
            for try await text in group { all.insert(text) }
            #expect(all == Set((0..<50).map { "\($0)\n" }))
        }
    }
}
