import ChildProcesses
import Glibc
import Locking
import TestSupport
import Testing

@Suite("Ending children", .timeLimit(.minutes(10)))
struct ChildEndingTests {
    /// Prints its number, ignores SIGTERM, and never ends.
    private let deaf = "trap '' TERM; echo $$; while :; do sleep 1000; done"

    @Test("The wall-clock limit ends a hanging child", arguments: Launch.allCases)
    func hang(launch: Launch) async throws {
        let transcript = Transcript()
        let limits = ChildLimits(wallClock: .milliseconds(700), grace: .seconds(5))
        let result = try await launch.runner.run(
            script("echo $$; sleep 1000 & echo $!; wait"),
            limits: limits,
            onLine: transcript.add
        )
        #expect(result.ending == .timedOut(after: .milliseconds(700)))
        #expect(transcript.pids.filter(isRunning).isEmpty)
    }

    @Test("The silence limit ends a child that stopped printing", arguments: Launch.allCases)
    func silence(launch: Launch) async throws {
        let transcript = Transcript()
        let limits = ChildLimits(wallClock: .seconds(50), silence: .milliseconds(700), grace: .seconds(5))
        let result = try await launch.runner.run(
            script("echo $$; exec sleep 1000"),
            limits: limits,
            onLine: transcript.add
        )
        #expect(result.ending == .silent(for: .milliseconds(700)))
        #expect(transcript.pids.filter(isRunning).isEmpty)
    }

    @Test("A child that ignores SIGTERM is killed after the grace period", arguments: Launch.allCases)
    func ignoresTerm(launch: Launch) async throws {
        let transcript = Transcript()
        let runner = try launch.runner
        let command = script(deaf)
        let attempt = Task {
            let limits = ChildLimits(wallClock: .seconds(50), grace: .milliseconds(300))
            return try await runner.run(command, limits: limits, onLine: transcript.add)
        }
        for await _ in transcript.stream { break }
        let cancelled = ContinuousClock.now
        attempt.cancel()
        #expect(try await attempt.value.ending == .cancelled)
        #expect(ContinuousClock.now - cancelled >= .milliseconds(300))
        #expect(transcript.pids.count == 1)
        #expect(transcript.pids.filter(isRunning).isEmpty)
    }

    @Test("A stopped child can still be ended", arguments: Launch.allCases)
    func stopped(launch: Launch) async throws {
        let transcript = Transcript()
        let limits = ChildLimits(wallClock: .milliseconds(700), grace: .seconds(20))
        let result = try await launch.runner.run(
            script("echo $$; kill -STOP $$"),
            limits: limits,
            onLine: transcript.add
        )
        #expect(result.ending == .timedOut(after: .milliseconds(700)))
        #expect(result.duration < .seconds(15))
        #expect(transcript.pids.filter(isRunning).isEmpty)
    }

    @Test("Cancelling gives the child its grace period and delivers its last words", arguments: Launch.allCases)
    func cancel(launch: Launch) async throws {
        let transcript = Transcript()
        let runner = try launch.runner
        let text = "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
        let attempt = Task {
            try await runner.run(script(text), limits: safetyLimit, onLine: transcript.add)
        }
        for await line in transcript.stream where line == "ready" { break }
        attempt.cancel()
        let result = try await attempt.value
        #expect(result.ending == .cancelled)
        #expect(transcript.output == ["ready", "bye"])
    }

    @Test("A task that is cancelled already starts nothing", arguments: Launch.allCases)
    func cancelledBefore(launch: Launch) async throws {
        let runner = try launch.runner
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let started = Lock(false)
        let attempt = Task {
            for await _ in gate {}
            return try await runner.run(
                script("echo no"),
                onStart: { _ in started.withLock { $0 = true } },
                onLine: { _, _ in }
            )
        }
        attempt.cancel()
        open.finish()
        #expect(try await attempt.value.ending == .cancelled)
        #expect(!started.withLock { $0 })
    }

    @Test("Grandchildren that a child leaves behind are ended", arguments: Launch.allCases)
    func leftBehind(launch: Launch) async throws {
        let transcript = Transcript()
        let text = "sleep 1000 & echo $!; (trap '' TERM; sleep 1000) & echo $!; sleep 1000 >/dev/null 2>&1 & echo $!"
        let limits = ChildLimits(wallClock: .seconds(50), grace: .milliseconds(300))
        let result = try await launch.runner.run(script(text), limits: limits, onLine: transcript.add)
        #expect(result.ending == .exited(0))
        #expect(transcript.pids.count == 3)
        #expect(transcript.pids.filter(isRunning).isEmpty)
    }

    @Test("A keeper ends descendants that opened a session of their own, also deaf ones")
    func escapers() async throws {
        let transcript = Transcript()
        let text = """
            setsid sh -c 'echo $$; exec sleep 1000' &
            setsid sh -c 'trap "" TERM; echo $$; setsid sleep 1000 & echo $!; wait' &
            wait; sleep 1000
            """
        let runner = try Launch.kept.runner
        let attempt = Task {
            let limits = ChildLimits(wallClock: .seconds(50), grace: .milliseconds(300))
            return try await runner.run(script(text), limits: limits, onLine: transcript.add)
        }
        var seen = 0
        for await _ in transcript.stream {
            seen += 1
            if seen == 3 { break }
        }
        attempt.cancel()
        #expect(try await attempt.value.ending == .cancelled)
        #expect(transcript.pids.count == 3)
        #expect(transcript.pids.filter(isRunning).isEmpty)
    }

    @Test("A keeper ends a daemon that detached completely before its parent exited")
    func daemon() async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write(
                """
                import os, sys, time
                if os.fork(): os._exit(0)
                os.setsid()
                if os.fork(): os._exit(0)
                open(sys.argv[1], "w").write(str(os.getpid()))
                os.rename(sys.argv[1], sys.argv[1] + ".done")
                for fd in (0, 1, 2): os.close(fd)
                time.sleep(1000)
                """,
                to: "daemon.py"
            )
            let pidFile = folder.appending("pid")
            let text = "python3 \(file) \(pidFile); while [ ! -e \(pidFile).done ]; do sleep 0.02; done"
            let result = try await Launch.kept.runner.collect(script(text), limits: safetyLimit)
            #expect(result.ending == .exited(0))
            let pid = try #require(Int32(try folder.read("pid.done")))
            #expect(!isRunning(pid))
        }
    }

    @Test("When the runner is killed, its keeper ends everything")
    func runnerKilled() async throws {
        try await withTemporaryFolder { folder in
            // Every process of the tree holds the pipe open for writing: its end means that all are gone.
            let pipe = folder.appending("pipe")
            #expect(mkfifo(pipe, 0o600) == 0)
            let tree = """
                exec 9<>\(pipe) 8>\(pipe) 9<&-
                setsid sh -c 'trap "" TERM; sleep 1000; sleep 1000' </dev/null >/dev/null 2>&1 &
                sleep 1000 &
                echo ready; wait
                """
            let command = ChildCommand(
                arguments: [try Probe.path(), "run", "--", "sh", "-c", tree],
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
                workingDirectory: "/"
            )
            let runner = Lock<ChildMark?>(nil)
            let transcript = Transcript()
            async let watched = ChildRunner().run(
                command,
                limits: safetyLimit,
                onStart: { mark in runner.withLock { $0 = mark } },
                onLine: transcript.add
            )
            for await line in transcript.stream where line == "ready" { break }
            let reader = Transcript()
            let watch = script("exec 3<\(pipe); echo open; cat <&3")
            async let ended = ChildRunner().run(watch, limits: safetyLimit, onLine: reader.add)
            for await line in reader.stream where line == "open" { break }
            let mark = try #require(runner.withLock { $0 })
            kill(mark.pid, SIGKILL)
            #expect(try await watched.ending == .signalled(SIGKILL))
            #expect(try await ended.ending == .exited(0))
        }
    }

    @Test(
        "A keeper refuses a command line that no runner writes",
        arguments: [[], ["--parent", "1"], ["--", "true"]]
    )
    func keeperUsage(arguments: [String]) async throws {
        let command = ChildCommand(
            arguments: [try Probe.path(), "keeper"] + arguments,
            environment: [:],
            workingDirectory: "/"
        )
        let result = try await ChildRunner().collect(command, limits: safetyLimit)
        #expect(result.ending == .exited(64))
        #expect(result.errorText.hasPrefix("switchyard keeper: the arguments are wrong"))
    }
}
