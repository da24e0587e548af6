import ChildProcesses
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Failing tests are read from what runners print")
struct TestOutputTests {
    @Test(
        "Each known runner names its failures",
        arguments: [
            (
                """
                tests/test_a.py .F                                     [100%]
                =========================== short test summary info ============================
                FAILED tests/test_a.py::TestA::test_b - assert 1 == 2
                ERROR tests/test_c.py - ImportError: no module
                ========================= 1 failed, 1 passed in 0.02s ==========================
                """,
                ["tests/test_a.py::TestA::test_b", "tests/test_c.py"], ["tests/test_a.py", "tests/test_c.py"]
            ),
            (
                """
                FAIL: test_b (tests.test_a.TestA)
                ERROR: test_c (tests.test_a.TestA.test_c)
                FAILED (failures=1, errors=1)
                """,
                ["tests.test_a.TestA.test_b", "tests.test_a.TestA.test_c"], ["tests/test_a.py", "tests/test_a.py"]
            ),
            (
                """
                Test Case 'LoginTests.testEmpty' failed (0.001 seconds)
                Test Suite 'LoginTests' failed at 2026-01-02 03:04:05.000
                ✘ Test "An empty name is refused" recorded an issue at LoginTests.swift:12:9: Expectation failed
                ✘ Test "An empty name is refused" failed after 0.001 seconds with 1 issue.
                ✘ Test parses(text:) with 3 test cases failed after 0.001 seconds with 1 issue.
                ✘ Test run with 2 tests in 1 suite failed after 0.001 seconds with 2 issues.
                """,
                ["LoginTests.testEmpty", "An empty name is refused", "parses(text:)"], [nil, "LoginTests.swift", nil]
            ),
            (
                """
                --- FAIL: TestLogin (0.00s)
                    --- FAIL: TestLogin/empty_name (0.00s)
                FAIL
                FAIL	example.org/login	0.003s
                """,
                ["TestLogin", "TestLogin/empty_name"], [nil, nil]
            ),
            (
                """
                test login::tests::ok ... ok
                test login::tests::empty ... FAILED
                test src/lib.rs - login (line 3) ... FAILED
                test result: FAILED. 1 passed; 2 failed
                """,
                ["login::tests::empty", "src/lib.rs - login (line 3)"], [nil, "src/lib.rs"]
            ),
            (
                """
                \u{1b}[31mFAIL\u{1b}[0m src/login.test.ts
                  ● Login › refuses an empty name
                PASS src/other.test.ts
                """,
                ["Login › refuses an empty name"], ["src/login.test.ts"]
            ),
            (
                " FAIL  src/login.test.ts > Login > refuses an empty name\n",
                ["src/login.test.ts > Login > refuses an empty name"], ["src/login.test.ts"]
            ),
            ("rspec ./spec/login_spec.rb:12 # Login refuses\n", ["Login refuses"], ["./spec/login_spec.rb"]),
            (
                "ok 1 - a\nnot ok 2 - b\nnot ok 3 - c # TO" + "DO later\n    not ok 4 - d\n", ["b", "d"], [nil, nil]
            ),
            ("make: *** [test] Error 1\n", [], []),
        ] as [(String, [String], [String?])]
    )
    func runners(output: String, names: [String], files: [String?]) {
        let failures = TestOutput.failures(in: output)
        #expect(failures.map(\.name) == names)
        if names.contains("An empty name is refused") {
            #expect(failures.compactMap(\.file) == files.compactMap { $0 })
        } else {
            #expect(failures.map(\.file) == files)
        }
    }

    private let owned = OwnershipIndex(
        Assignment(
            id: AgentID("A"),
            title: "A",
            ownership: Ownership(owned: [OwnedPath(pattern: PathPattern(kind: .folder, text: "mine"))])
        )
    )

    private func outcome(_ status: Int32, _ failures: [TestFailure] = [], last: String = "boom") -> TestCommand.Outcome
    {
        TestCommand.Outcome(
            command: "run",
            ending: .exited(status),
            duration: .zero,
            failures: failures,
            lastLines: last
        )
    }

    private func findings(_ outcome: TestCommand.Outcome, known: [String]?) -> [Finding] {
        TestCheck.findings(
            outcome,
            known: known.map { BaselineFailure(command: "run", tests: $0) },
            owned: owned,
            worktree: "/w"
        )
    }

    @Test("Failures of the base do not count, new ones do, and each says whose file it is in")
    func baseline() {
        let failures = [
            TestFailure(name: "old", file: "mine/a"), TestFailure(name: "new", file: "/w/mine/b"),
            TestFailure(name: "far", file: "./other/c"), TestFailure(name: "bare", file: nil),
        ]
        let found = findings(outcome(1, failures), known: ["old"])
        #expect(found.map(\.code) == ["test-regression", "test-regression", "test-regression", "test-failed-before"])
        #expect(found.map(\.file) == ["mine/b", "other/c", nil, nil])
        Snapshot.expect(FindingList.text(found), matches: "test-messages.txt", normalizing: .none)
    }

    @Test("A command that failed before without names only warns; one that lost its names is a failure")
    func unnamed() {
        #expect(findings(outcome(0), known: nil).isEmpty)
        #expect(findings(outcome(2), known: nil).map(\.severity) == [.error])
        #expect(findings(outcome(2), known: []).map(\.severity) == [.warning])
        #expect(findings(outcome(2), known: ["a"]).map(\.severity) == [.error])
        #expect(findings(outcome(1, [TestFailure(name: "a")]), known: []).map(\.severity) == [.error])
        #expect(findings(outcome(127), known: nil).map(\.code) == ["test-tool-missing"])
    }

    @Test("A command that names a file the base lacks is not run there")
    func missingFile() throws {
        try withTemporaryFolder { folder in
            try folder.write("x", to: "tests/test_a.py")
            func missing(_ command: String) -> String? {
                BaselineRecorder.missingFile(in: command, worktree: folder.path)
            }
            #expect(missing("pytest tests/test_a.py -v") == nil)
            #expect(missing("pytest tests/test_a.py::TestA") == nil)
            #expect(missing("pytest tests/test_b.py") == "tests/test_b.py")
            #expect(missing("python test_new.py") == "test_new.py")
            #expect(missing("go test ./...") == nil)
            #expect(missing("npm test -- --watch=false") == nil)
            #expect(missing("sh scripts/check.sh") == "scripts/check.sh")
        }
    }
}
