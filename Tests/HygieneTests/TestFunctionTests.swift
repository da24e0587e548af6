import Testing

@Suite("Test functions")
struct TestFunctionTests {
    /// A function in a test file, with the lines of attributes above it and its body.
    private struct Function {
        var place: String
        var head: String
        var attributes: String
        var body: String
    }

    private static let functions = SourceTree.tests.filter { $0.module != "TestSupport" }.flatMap(functions)

    private static func functions(in file: SourceTree.File) -> [Function] {
        let lines = file.lines
        return lines.indices.compactMap { index in
            let line = lines[index]
            // Deeper than a member is a function within a test.
            guard line.has(#"^ {0,4}(\w+ |@\w+ )*func \w+"#) else { return nil }
            let indent = line.prefix { $0 == " " }
            var start = index
            while start > 0, !lines[start - 1].trimmed.isEmpty, !lines[start - 1].hasSuffix("}"),
                !lines[start - 1].hasSuffix("{") || lines[start - 1].contains("@Test")
            {
                start -= 1
            }
            let end = lines[index...].firstIndex { $0 == indent + "}" } ?? index
            return Function(
                place: "\(file.path):\(index + 1)",
                head: line.trimmed,
                attributes: lines[start...index].joined(separator: "\n"),
                body: lines[index...end].joined(separator: "\n")
            )
        }
    }

    @Test("A function that makes claims is a test, or plainly private help for one")
    func claimsAreTested() {
        let untested = Self.functions.filter { function in
            function.body.has(#"#expect|#require"#) && !function.attributes.contains("@Test")
                && !function.head.has(#"\b(private|fileprivate|static|package)\b"#)
        }
        #expect(untested.map { "\($0.place): \($0.head)" } == [])
    }

    @Test("Every test has a claim for a name")
    func testsHaveNames() {
        let unnamed = Self.functions.filter { $0.attributes.contains("@Test") && !$0.attributes.has(#"@Test\(\s*""#) }
        #expect(unnamed.map { "\($0.place): \($0.head)" } == [])
    }

    @Test("Every test can fail")
    func testsClaimSomething() {
        let claims =
            #"#expect|#require|Issue\.record|\bexpect\w*\(|\bassert\w*\(|\bcheck\w*\(|\bverify\w*\(|confirmation\(|\btry "#
        let idle = Self.functions.filter { $0.attributes.contains("@Test") && !$0.body.has(claims) }
        #expect(idle.map { "\($0.place): \($0.head)" } == [])
    }

    @Test("No test waits for time to pass")
    func testsDoNotSleep() {
        let sleeps = #"\b(Task\.sleep|Thread\.sleep|usleep|nanosleep)\b|(?<![\w."])sleep\("#
        // Benchmarks keep to rates, which is what they measure; they make no claims.
        let tests = SourceTree.tests.filter { !["TestSupport", "Benchmarks"].contains($0.module) }
        #expect(tests.flatMap { $0.places(matching: sleeps) } == [])
    }

    @Test("No test is switched off")
    func testsRun() {
        let switches = #"\.disabled\(|XCTSkip|import XCTest"#  // the pattern that finds them; nothing is skipped here
        #expect(SourceTree.tests.flatMap { $0.places(matching: switches) } == [])
    }
}
