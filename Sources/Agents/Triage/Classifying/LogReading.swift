import RunModel

/// What the output of commands proves: whether tests failed, or passed, or never ran because the machine was wrong.
struct LogReading: Hashable, Sendable {
    /// Lines that show a failing test, a failed assertion or code that does not compile.
    private(set) var failures: [String] = []
    /// Lines that say everything passed.
    private(set) var passes: [String] = []
    /// Lines that show the machine's fault.
    private(set) var machineFaults: [String] = []
    /// Tests that failed and passed by the runners' own counts; `nil` without one.
    private(set) var failedCount: Int?
    private(set) var passedCount: Int?

    private static let limitInLines = 20_000

    init(_ texts: [String]) {
        var lines = 0
        for text in texts {
            for raw in text.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }) {
                lines += 1
                guard lines <= Self.limitInLines else { return }
                take(Self.plain(raw))
            }
        }
    }

    /// Something failed that is the work's own fault.
    var showsFailure: Bool { !failures.isEmpty || (failedCount ?? 0) > 0 }
    /// All tests passed, as far as the text says.
    var showsPass: Bool { !showsFailure && (!passes.isEmpty || (failedCount == 0 && (passedCount ?? 0) > 0)) }
    /// Nothing but the machine failed.
    var showsMachineFaultOnly: Bool { !showsFailure && !machineFaults.isEmpty }

    /// The line without colours and without what build tools put before it.
    private static func plain(_ line: Substring) -> String {
        var text = ""
        var isEscape = false
        for scalar in line.unicodeScalars.prefix(2_000) {
            if isEscape {
                if ("@"..."~").contains(scalar) && scalar != "[" { isEscape = false }
            } else if scalar == "\u{1B}" {
                isEscape = true
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text.trimmingSpace
    }

    private mutating func take(_ line: String) {
        guard !line.isEmpty else { return }
        let lower = line.lowercased()
        if let count = Self.count(in: lower, of: ["failed", "failing", "failures", "failure"]) {
            failedCount = max(failedCount ?? 0, count)
        }
        if let count = Self.count(in: lower, of: ["passed", "passing"]) { passedCount = max(passedCount ?? 0, count) }
        let folded = FoldedBytes(line)
        if folded.hold("error"), line.firstMatch(of: Self.sourceError) != nil {
            // A file of the work that does not compile, whatever the compiler could not find for it.
            Self.note(line, in: &failures)
        } else if folded.hold(oneOf: Self.machine) {
            Self.note(line, in: &machineFaults)
        } else if Self.isFailure(line, folded) {
            Self.note(line, in: &failures)
        } else if Self.isPass(folded) {
            Self.note(line, in: &passes)
        }
    }

    private static func note(_ line: String, in list: inout [String]) {
        if list.count < 20 { list.append(String(line.prefix(200))) }
    }

    /// The number before or after one of the words: `3 failed`, `failed: 3`, `failures=2`.
    private static func count(in line: String, of words: [String]) -> Int? {
        let parts = line.split { !($0.isLetter || $0.isNumber || $0 == ".") }
        // `Failed: 1 of 5 tasks` counts tasks of a build tool, not tests.
        guard !line.hasPrefix("tasks"), !line.contains(" tasks"), !line.contains("packages") else { return nil }
        for (index, part) in parts.enumerated() where words.contains(String(part)) {
            if index > 0, let number = Int(parts[index - 1]), number < 1_000_000 { return number }
            if index + 1 < parts.count, line.contains("\(part):") || line.contains("\(part)="),
                let number = Int(parts[index + 1]), number < 1_000_000
            {
                return number
            }
        }
        return nil
    }

    private static let machine: [StaticString] = [
        "enoent", "etimedout", "econnrefused", "econnreset", "enotfound", "eai_again", "eaddrinuse", "enospc", "eacces",
        "eperm", "emfile",
        "bad substitution", "command not found", "no such file or directory", "permission denied",
        "no space left on device", "disk quota",
        "err_dlopen_failed", "dlopen(", "cannot find module @", "cannot find module '@rollup", "optional dependencies",
        "system is shutting down", "startup error",
        "node_modules missing", "err_pnpm", "could not resolve host", "network is unreachable", "connection timed out",
        "connection refused", "heap out of memory",
        "cannot allocate memory", "killed", "signal 9", "sigkill", "sigterm", "out of memory", "docker daemon",
        "executable doesn't exist at", "browsertype.launch", "host system is missing dependencies",
        "unsupported engine", "invalid elf header", "glibc_", "exec format error", "no tests were executed",
        "unbound variable", "syntax error near unexpected token", "registry.npmjs.org", "socket hang up", "getaddrinfo",
        "missing script:", "not a git repository", "unable to access", "is not a valid win32",
    ]

    // Regular expressions do not change once they are made; their type is not yet marked as sendable.
    nonisolated(unsafe) private static let failedFile = /(^|[\s:])FAIL(ED)?:?\s+\S*[\/.]\S+/
    // Immutable, as above.
    nonisolated(unsafe) private static let compilerError = /error TS[0-9]{3,5}/

    // Immutable, as above.
    nonisolated(unsafe) private static let sourceError =
        /^[^\s:]+\.[A-Za-z]{1,5}:[0-9]+(:[0-9]+)?:\s*(fatal\s+)?error\b/

    private static func isFailure(_ line: String, _ folded: FoldedBytes) -> Bool {
        if line.hasPrefix("✗") || line.hasPrefix("✘") || line.hasPrefix("×") || line.hasPrefix("❌")
            || line.contains(" × ") || line.contains(" ✗ ")
        {
            return true
        }
        if folded.hold("fail"), line.firstMatch(of: failedFile) != nil { return true }
        if line.hasPrefix("--- FAIL") || line.hasPrefix("not ok ") { return true }
        if folded.hold("error ts"), line.firstMatch(of: compilerError) != nil { return true }
        return folded.hold(oneOf: assertion)
    }

    private static let assertion: [StaticString] = [
        "assertionerror", "assertion failed", "expected:", "expected ", "tobe(", "toequal(", "to equal ", "typeerror:",
        "referenceerror:",
        "syntaxerror:", "snapshot obsolete", "snapshots failed", "test failed:", "tests failed:", "assert ",
        "panicked at", "is not assignable", "has no exported member", "unhandled rejection", "error[e0",
    ]

    private static func isPass(_ folded: FoldedBytes) -> Bool {
        guard folded.hold(oneOf: passed) else { return false }
        // `not all tests passed`, `no tests passed`.
        return !folded.hold(oneOf: ["not ", "no test", "fail"]) || folded.hold(oneOf: ["0 fail", "no fail"])
    }

    private static let passed: [StaticString] = [
        "tests passed", "test passed", "all tests pass", "all pass", "tests pass", "checks passed", "suite passed",
        "suites passed", "regression tests passed", "0 failed", "no failures", "build succeeded", "test run passed",
        "ran all test suites", "exit code 0", "exit code: 0", "exited with 0", "result: passed", "result: pass",
        "status: passed", "verdict: pass", "all green", "regressions: 0", "no regressions", "test result: ok",
    ]
}
