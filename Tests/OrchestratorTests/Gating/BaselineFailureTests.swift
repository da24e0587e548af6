import ChildProcesses
import RunModel
import Testing

@testable import Orchestrator

@Suite("Failures of the base")
struct BaselineFailureTests {
    private let named = BaselineFailure(command: "run", tests: ["a", "b"], ended: "exit status 1")
    private let unnamed = BaselineFailure(command: "run", tests: [], ended: "exit status 2")

    @Test("Known names excuse a command that came to its own end, however many are left")
    func known() {
        #expect(named.excuses(.exited(1), failing: ["a", "b"], isTruncated: false))
        #expect(named.excuses(.exited(2), failing: ["a"], isTruncated: false))
        #expect(unnamed.excuses(.exited(2), failing: [], isTruncated: false))
    }

    @Test("Nothing excuses a new name, lost names, another end without names, or output that was cut")
    func unknown() {
        #expect(!named.excuses(.exited(1), failing: ["a", "c"], isTruncated: false))
        #expect(!named.excuses(.exited(1), failing: [], isTruncated: false))
        #expect(!named.excuses(.exited(1), failing: ["a"], isTruncated: true))
        #expect(!unnamed.excuses(.exited(1), failing: [], isTruncated: false))
        #expect(!unnamed.excuses(.exited(2), failing: ["a"], isTruncated: false))
    }

    @Test(
        "A limit or a signal excuses only where the base ended in the same way",
        arguments: [
            ChildEnding.timedOut(after: .seconds(9)), .silent(for: .seconds(9)), .signalled(11), .exited(139),
        ]
    )
    func cutOff(ending: ChildEnding) {
        #expect(!named.excuses(ending, failing: ["a"], isTruncated: false))
        let same = BaselineFailure(command: "run", tests: ["a"], ended: ending.inWords)
        #expect(same.excuses(ending, failing: ["a"], isTruncated: false))
    }

    @Test("What cannot even be built or loaded has a name of its own")
    func suites() {
        let go = "--- FAIL: TestOld (0.00s)\nFAIL\nFAIL\texample.org/b [build failed]\n"
        #expect(TestOutput.failures(in: go).map(\.name) == ["TestOld", "example.org/b [build failed]"])
        let jest = "FAIL src/a.test.ts\n  ● Test suite failed to run\n"
        #expect(TestOutput.failures(in: jest).map(\.name) == ["src/a.test.ts: failed to run"])
    }
}
