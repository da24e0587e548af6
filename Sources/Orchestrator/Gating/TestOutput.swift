/// Reads the names of failing tests from what common test runners print.
///
/// Known: pytest, unittest, swift test (XCTest and Swift Testing), go test, cargo test, jest, vitest, RSpec, and TAP.
/// Of other runners the exit status tells the whole story.
enum TestOutput {
    /// Failing tests in the order of the output, each once.
    static func failures(in output: String) -> [TestFailure] {
        var failures: [TestFailure] = []
        var names: Set<String> = []
        var suiteFile: String?
        for raw in output.split(whereSeparator: \.isNewline) {
            let line = plain(raw)
            if let file = jestFile(line) { suiteFile = file }
            guard let failure = failure(in: line, suiteFile: suiteFile), names.insert(failure.name).inserted else {
                continue
            }
            failures.append(failure)
        }
        return failures
    }

    private static func failure(in line: Substring, suiteFile: String?) -> TestFailure? {
        let text = line.drop { $0 == " " || $0 == "\t" }
        return pytest(line) ?? unittest(line) ?? swift(text) ?? go(text) ?? cargo(line) ?? javaScript(text, suiteFile)
            ?? rspec(line) ?? tap(text)
    }

    /// Reads a line of pytest that names a failed test.
    ///
    /// For example `FAILED tests/test_a.py::TestA::test_b - assert 1 == 2`.
    private static func pytest(_ line: Substring) -> TestFailure? {
        for word in ["FAILED ", "ERROR "] where line.hasPrefix(word) {
            let name = cut(line.dropFirst(word.count), at: " - ")
            guard name.contains(".py") else { return nil }
            return TestFailure(name: String(name), file: String(cut(name, at: "::")))
        }
        return nil
    }

    /// Reads a line of unittest that names a failed test.
    ///
    /// For example `FAIL: test_b (tests.test_a.TestA)`, since 3.11 `(tests.test_a.TestA.test_b)`.
    private static func unittest(_ line: Substring) -> TestFailure? {
        for word in ["FAIL: ", "ERROR: "] where line.hasPrefix(word) {
            let rest = line.dropFirst(word.count)
            guard let open = rest.firstIndex(of: "("), rest.last == ")", open > rest.startIndex else { return nil }
            let method = rest[..<open].split(separator: " ").first.map(String.init) ?? ""
            guard !method.isEmpty else { return nil }
            let path = rest[rest.index(after: open)...].dropLast()
            let name = path.hasSuffix("." + method) ? String(path) : "\(path).\(method)"
            let modules = name.split(separator: ".").prefix { $0.first.map { !$0.isUppercase } ?? false }
            let file = modules.last.map(String.init) == method ? modules.dropLast() : modules
            return TestFailure(name: name, file: file.isEmpty ? nil : file.joined(separator: "/") + ".py")
        }
        return nil
    }

    private static func swift(_ text: Substring) -> TestFailure? {
        // Test Case 'LoginTests.testEmpty' failed (0.001 seconds)
        if text.hasPrefix("Test Case '"), let end = text.firstRange(of: "' failed") {
            return TestFailure(name: String(text[..<end.lowerBound].dropFirst("Test Case '".count)))
        }
        // ✘ Test "An empty name is refused" failed after 0.001 seconds with 1 issue.
        guard text.hasPrefix("✘ Test "), !text.hasPrefix("✘ Test run"), !text.hasPrefix("✘ Test case") else {
            return nil
        }
        let rest = text.dropFirst("✘ Test ".count)
        if let end = rest.firstRange(of: " recorded an issue at ") {
            let file = rest[end.upperBound...].prefix { $0 != ":" }
            return TestFailure(name: unquoted(cut(rest[..<end.lowerBound], at: " with ")), file: String(file))
        }
        guard let end = rest.firstRange(of: " failed after ") else { return nil }
        return TestFailure(name: unquoted(cut(rest[..<end.lowerBound], at: " with ")))
    }

    /// Reads a line of go that names a failed test.
    ///
    /// For example `--- FAIL: TestLogin/empty_name (0.00s)`.
    private static func go(_ text: Substring) -> TestFailure? {
        // FAIL	example.com/login [build failed]
        if text.hasPrefix("FAIL\t"), text.hasSuffix(" failed]") {
            return TestFailure(name: String(text.dropFirst("FAIL\t".count)))
        }
        guard text.hasPrefix("--- FAIL: ") else { return nil }
        return TestFailure(name: String(cut(text.dropFirst("--- FAIL: ".count), at: " (")))
    }

    /// Reads a line of cargo that names a failed test.
    ///
    /// For example `test login::tests::empty_name ... FAILED`.
    private static func cargo(_ line: Substring) -> TestFailure? {
        guard line.hasPrefix("test "), line.hasSuffix(" ... FAILED") else { return nil }
        let name = line.dropFirst("test ".count).dropLast(" ... FAILED".count)
        // Documentation tests name their file: `src/lib.rs - login (line 3)`.
        let file = name.contains(".rs - ") ? String(cut(name, at: " - ")) : nil
        return TestFailure(name: String(name), file: file)
    }

    /// Reads a line of jestFile that names a failed test.
    ///
    /// For example `FAIL src/login.test.ts` opens a file in jest and names a test in vitest, after ` > `..
    private static func jestFile(_ line: Substring) -> String? {
        let text = line.drop { $0 == " " || $0 == "❯" }
        for word in ["FAIL ", "PASS "] where text.hasPrefix(word) {
            let rest = text.dropFirst(word.count).drop { $0 == " " }
            let file = cut(cut(rest, at: " > "), at: " ")
            let isFile = [".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".vue"].contains { file.hasSuffix($0) }
            return isFile ? String(file) : nil
        }
        return nil
    }

    private static func javaScript(_ text: Substring, _ suiteFile: String?) -> TestFailure? {
        if text.hasPrefix("FAIL "), let file = jestFile(text) {
            let rest = text.dropFirst("FAIL ".count).drop { $0 == " " }
            // Only the file: jest goes on with the tests below.
            guard rest.contains(" > ") else { return nil }
            return TestFailure(name: String(rest), file: file)
        }
        // A file of tests that could not even be loaded.
        if text.hasPrefix("● Test suite failed to run") {
            return TestFailure(name: "\(suiteFile ?? "a file"): failed to run", file: suiteFile)
        }
        // ● Login › refuses an empty name
        if text.hasPrefix("● "), text.contains(" › ") {
            return TestFailure(name: String(text.dropFirst(2)), file: suiteFile)
        }
        return nil
    }

    /// Reads a line of rspec that names a failed test.
    ///
    /// For example `rspec ./spec/login_spec.rb:12 # Login refuses an empty name`.
    private static func rspec(_ line: Substring) -> TestFailure? {
        guard line.hasPrefix("rspec "), let mark = line.firstRange(of: " # ") else { return nil }
        let file = line.dropFirst("rspec ".count).prefix { $0 != ":" && $0 != "[" && $0 != " " }
        return TestFailure(name: String(line[mark.upperBound...]), file: String(file))
    }

    /// Reads a line of tap that names a failed test.
    ///
    /// For example `not ok 3 - refuses an empty name`.
    private static func tap(_ text: Substring) -> TestFailure? {
        guard text.hasPrefix("not ok") else { return nil }
        let rest = text.dropFirst("not ok".count).drop { $0 == " " }
        // A failure that is marked to do or to skip does not count in TAP.
        let lower = rest.lowercased()
        if lower.contains("# todo") || lower.contains("# skip") { return nil }
        let name = rest.drop { $0.isNumber }.drop { $0 == " " || $0 == "-" }
        return TestFailure(name: name.isEmpty ? "test \(rest)" : String(name))
    }

    private static func cut(_ text: Substring, at mark: String) -> Substring {
        text.firstRange(of: mark).map { text[..<$0.lowerBound] } ?? text
    }

    private static func unquoted(_ text: Substring) -> String {
        text.count > 1 && text.first == "\"" && text.last == "\"" ? String(text.dropFirst().dropLast()) : String(text)
    }

    /// The line without terminal colours and without white space behind.
    private static func plain(_ line: Substring) -> Substring {
        var line = line
        if line.contains("\u{1b}") {
            var text = ""
            var isEscape = false
            for character in line {
                if character == "\u{1b}" {
                    isEscape = true
                } else if isEscape {
                    isEscape = !(character.isLetter)
                } else {
                    text.append(character)
                }
            }
            line = Substring(text)
        }
        while line.last?.isWhitespace == true { line = line.dropLast() }
        return line
    }
}
