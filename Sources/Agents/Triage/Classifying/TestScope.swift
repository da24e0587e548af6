/// Compares tests that failed with the files a ticket is about.
package struct TestScope: Hashable, Sendable {
    package enum Position: String, Hashable, Sendable {
        /// No failing test belongs to the ticket's files: something else broke.
        case outside
        /// All of them do: the ticket's own tests have to be mended.
        case inside
        case mixed
        /// Nobody says which tests, or which files.
        case unknown
    }

    package let position: Position
    package let inside: [String]
    package let outside: [String]

    package init(failedTests: [String], files: [String]) {
        let files = files.filter { !$0.isEmpty }
        guard !failedTests.isEmpty, !files.isEmpty else {
            (position, inside, outside) = (.unknown, [], failedTests)
            return
        }
        inside = failedTests.filter { test in files.contains { Self.belongs(test, to: $0) } }
        outside = failedTests.filter { test in !files.contains { Self.belongs(test, to: $0) } }
        position = outside.isEmpty ? .inside : inside.isEmpty ? .outside : .mixed
    }

    /// A test belongs to a file that it is, that lies beside it under the same name, or to a folder it lies in.
    private static func belongs(_ test: String, to file: String) -> Bool {
        // A test may be named with its cases: `src/a.test.ts > renders`, `tests/a.py::test_b`.
        let path = test.split(separator: " ").first.map(String.init)?.components(before: "::") ?? test
        let test = trimmed(path)
        let file = trimmed(file)
        if test == file || test.hasSuffix("/" + file) || file.hasSuffix("/" + test) { return true }
        if file.hasSuffix("/") || !(file.split(separator: "/").last ?? "").contains(".") {
            let folder = file.hasSuffix("/") ? file : file + "/"
            return test.hasPrefix(folder)
        }
        guard stem(test) == stem(file) else { return false }
        // Names alone decide where one of the two has no folder.
        let folders = (folder(test), folder(file))
        guard let one = folders.0, let other = folders.1 else { return true }
        return one == other || one.replacing("__tests__", with: "").hasPrefix(other)
            || one.split(separator: "/").first.map { ["tests", "test", "spec", "e2e"].contains($0) } == true
    }

    private static func trimmed(_ path: String) -> String {
        var path = path
        if path.hasPrefix("./") { path = String(path.dropFirst(2)) }
        return path.lowercased()
    }

    private static func folder(_ path: String) -> String? {
        path.lastIndex(of: "/").map { String(path[..<$0]) }
    }

    /// `middleware` for `middleware.test.ts`, `test_middleware.py`, `middleware_test.go`, `middlewareTests.swift`.
    private static func stem(_ path: String) -> String {
        var name = String(path.split(separator: "/").last ?? "")
        if let dot = name.firstIndex(of: "."), dot > name.startIndex { name = String(name[..<dot]) }
        for ending in ["_test", "-test", "_spec", "-spec", "tests", "test", "spec"]
        where name.hasSuffix(ending) && name.count > ending.count {
            name = String(name.dropLast(ending.count))
            break
        }
        return name.hasPrefix("test_") ? String(name.dropFirst(5)) : name
    }
}

extension String {
    fileprivate func components(before mark: String) -> String {
        firstRange(of: mark).map { String(self[..<$0.lowerBound]) } ?? self
    }
}
