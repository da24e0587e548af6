import Glibc
import TestSupport
import Testing

@testable import ChildProcesses

@Suite("Process table", .timeLimit(.minutes(10)))
struct ProcessTableTests {
    @Test("A stat line is read behind a command name with spaces and brackets")
    func parse() {
        let line = "7 (a) b (c) S 3 7 7 0 -1 4194560 1 0 0 0 1 0 0 0 20 0 1 0 98765 1 2 3"
        let entry = ProcessTable.parse(Array(line.utf8), pid: 7)
        #expect(entry == ProcessTable.Entry(pid: 7, parent: 3, group: 7, startTicks: 98765, state: UInt8(ascii: "S")))
        #expect(ProcessTable.parse(Array("garbage".utf8), pid: 7) == nil)
        #expect(ProcessTable.parse(Array("7 (x) S 1".utf8), pid: 7) == nil)
    }

    @Test("This process is alive; its number with another start time is not")
    func alive() {
        let own = ProcessTable.mark(of: getpid())
        #expect(own.startTicks > 0)
        #expect(ProcessTable.isAlive(own))
        #expect(!ProcessTable.isAlive(ChildMark(pid: own.pid, startTicks: own.startTicks + 1)))
        #expect(!ProcessTable.isAlive(ChildMark(pid: 1 << 22, startTicks: 0)))
    }

    @Test("Processes are found by a variable of their environment, and ended with their descendants")
    func ownedAndEnded() async throws {
        let name = "SWITCHYARD_TEST_\(UInt64.random(in: 0 ... .max))"
        let transcript = Transcript()
        var command = script(
            "echo $$; (trap '' TERM; sleep 1000; sleep 1000) & echo $!; env -i sleep 1000 & echo $!; wait"
        )
        command.environment[name] = "yes"
        let started = command
        async let run = ChildRunner().run(started, limits: safetyLimit, onLine: transcript.add)
        var seen = 0
        for await _ in transcript.stream {
            seen += 1
            if seen == 3 { break }
        }
        let found = ProcessTable.owned(byEnvironment: name, value: "yes")
        let pids = transcript.pids
        #expect(Set(found.map(\.pid)).isSuperset(of: pids.prefix(2)))
        #expect(ProcessTable.owned(byEnvironment: name, value: "no").isEmpty)
        #expect(Set(ProcessTable.descendants(of: pids[0]).map(\.pid)).isSuperset(of: pids.dropFirst()))
        await ProcessTable.end(found, grace: .milliseconds(200))
        #expect(pids.filter(isRunning).isEmpty)
        _ = try await run
    }

    @Test("Ending nothing, or what is gone already, does not wait for the grace period", .timeLimit(.minutes(10)))
    func endNothing() async {
        // The limit is the claim: a grace period of an hour would not fit into it.
        await ProcessTable.end([], grace: .seconds(3600))
        await ProcessTable.end([ChildMark(pid: getpid(), startTicks: 1)], grace: .seconds(3600))
        #expect(ProcessTable.isAlive(ProcessTable.mark(of: getpid())), "the process with the reused number lives on")
    }
}
