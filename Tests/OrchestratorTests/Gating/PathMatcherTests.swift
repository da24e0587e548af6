import Foundation
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("A path pattern covers exactly the paths its author means")
struct PathMatcherTests {
    @Test(
        "Paths, folders and globs match as documented",
        arguments: [
            (
                "web/app.py", PathPattern.Kind.path, ["web/app.py"],
                ["web/app.py/x", "Web/app.py", "web/app_py", "app.py"]
            ),
            ("./web/app.py", .path, ["web/app.py"], ["./web/app.py"]),
            ("docs", .folder, ["docs/a.md", "docs/b/c.md"], ["docs", "docsx/a.md", "a/docs/b.md"]),
            ("docs/", .folder, ["docs/a.md"], ["docs"]),
            (".", .folder, ["a", "a/b"], []),
            ("src/*/tests", .folder, ["src/a/tests/x"], ["src/a/b/tests/x", "src/a/tests"]),
            ("app/[id]", .folder, ["app/[id]/page.tsx"], ["app/i/page.tsx"]),
            ("*.md", .glob, ["a.md", ".md", "é.md"], ["docs/a.md", "a.mdx"]),
            ("src/**", .glob, ["src/a", "src/a/b"], ["src", "srcs/a"]),
            ("**/*.swift", .glob, ["a.swift", "x/y/a.swift"], ["a.swift/x"]),
            ("a/**/b", .glob, ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb"]),
            ("src/**.py", .glob, ["src/a.py", "src/x/a.py"], ["a.py"]),
            ("a?c", .glob, ["abc", "aéc"], ["ac", "a/c", "abbc"]),
            ("[a-c]x", .glob, ["ax", "cx", "[a-c]x"], ["dx", "x"]),
            ("[!a-c]x", .glob, ["dx", "éx"], ["ax", "/x"]),
            ("[]]x", .glob, ["]x"], ["x"]),
            ("app/[id]/*.tsx", .glob, ["app/[id]/page.tsx", "app/i/page.tsx"], ["app/x/page.tsx"]),
            ("{a,b/{c,d}}.md", .glob, ["a.md", "b/c.md", "b/d.md"], ["b.md", "c.md"]),
            ("a{,.test}.js", .glob, ["a.js", "a.test.js"], ["a.tests.js"]),
            ("{a}", .glob, ["{a}"], ["a"]),
            ("{a,b", .glob, ["{a,b"], ["a"]),
            ("\\*.md", .glob, ["*.md"], ["a.md"]),
            ("a[b", .glob, ["a[b"], ["ab"]),
        ] as [(String, PathPattern.Kind, [String], [String])]
    )
    func table(text: String, kind: PathPattern.Kind, matching: [String], other: [String]) {
        let matcher = PathMatcher(PathPattern(kind: kind, text: text))
        for path in matching { #expect(matcher.matches(path), "'\(text)' should match '\(path)'") }
        for path in other { #expect(!matcher.matches(path), "'\(text)' should not match '\(path)'") }
    }

    @Test("Bytes that are not UTF-8 match as single characters and equal only themselves")
    func invalidBytes() {
        #expect(PathMatcher(PathPattern(kind: .glob, text: "a?b")).matches([0x61, 0xff, 0x62]))
        #expect(!PathMatcher(PathPattern(kind: .glob, text: "aÿb")).matches([0x61, 0xff, 0x62]))
        #expect(PathMatcher(PathPattern(kind: .glob, text: "*")).matches([0xff, 0xfe, 0x80]))
        #expect(!PathMatcher(PathPattern(kind: .path, text: "\u{e9}")).matches(Array("e\u{301}".utf8)))
    }

    @Test("A pattern that blows up backtracking matchers is answered at once", .timeLimit(.minutes(10)))
    func hostilePattern() {
        let stars = String(repeating: "*a", count: 80) + "b"
        let globstars = String(repeating: "**/", count: 80) + "b"
        let braces = String(repeating: "{a,aa}", count: 80) + "b"
        let nested = String(repeating: "{a,", count: 5_000) + String(repeating: "}", count: 5_000)
        let path = String(repeating: "a", count: 2_000)
        let deep = String(repeating: "a/", count: 1_000)
        for pattern in [stars, globstars, braces, nested] {
            let matcher = PathMatcher(PathPattern(kind: .glob, text: pattern))
            #expect(!matcher.matches(path))
            #expect(!matcher.matches(deep + "c"))
        }
    }

    @Test("Random globs agree with a plain backtracking matcher", arguments: SeededRandom.seeds(300))
    func agreesWithOracle(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            let pattern = RandomGlob.pattern(&random, pieces: 1...7)
            let path = RandomGlob.path(&random)
            let expected = NaiveGlob.expand(pattern).contains { NaiveGlob.matches(Array($0), Array(path)) }
            let actual = PathMatcher(PathPattern(kind: .glob, text: pattern)).matches(path)
            #expect(actual == expected, "'\(pattern)' on '\(path)', \(random)")
        }
    }

    @Test("Random globs select the same files as git's own", .timeLimit(.minutes(10)), arguments: SeededRandom.seeds(6))
    func agreesWithGit(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        try withTemporaryRepository { repository in
            var names: Set<String> = []
            while names.count < 60 { names.insert(RandomGlob.path(&random)) }
            // A name that is both a file and a folder cannot exist.
            let files = names.filter { name in !names.contains { $0.hasPrefix(name + "/") } }
            try repository.commit("base", files: Dictionary(uniqueKeysWithValues: files.map { ($0, "x") }))
            for _ in 0..<25 {
                let pattern = RandomGlob.gitPattern(&random)
                let listed = try repository.git("ls-files", ":(glob)\(pattern)").split(separator: "\n").map(String.init)
                let matcher = PathMatcher(PathPattern(kind: .glob, text: pattern))
                #expect(files.filter { matcher.matches($0) }.sorted() == listed.sorted(), "'\(pattern)', \(random)")
            }
        }
    }

    @Test("Random globs within one component agree with bash", arguments: SeededRandom.seeds(3))
    func agreesWithBash(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let patterns = (0..<60).map { _ in RandomGlob.shellPattern(&random) }
        let names = (0..<40).map { _ in RandomGlob.name(&random) }
        var script = "set -f; shopt -u extglob\n"
        for (index, pattern) in patterns.enumerated() {
            script += "for p in \(pattern); do for n in \(names.joined(separator: " ")); do "
            script += "[[ $n == $p ]] && echo \"\(index) $n\"; done; done\n"
        }
        let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        let output = try SpawnedCommand.run(["bash", "-c", script + "true"], environment: environment)
        try #require(output.status == 0, "\(output.standardError)")
        let expected = Set(output.standardOutput.split(separator: "\n").map(String.init))
        var actual: Set<String> = []
        for (index, pattern) in patterns.enumerated() {
            let matcher = PathMatcher(PathPattern(kind: .glob, text: pattern))
            for name in names where matcher.matches(name) { actual.insert("\(index) \(name)") }
        }
        #expect(
            actual == expected,
            "\(actual.symmetricDifference(expected).sorted().prefix(3)), \(patterns), \(random)"
        )
    }

    @Test("Names that some file systems take for one are found")
    func confusable() {
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        #expect(PathFolding.areConfusable(bytes("README.md"), bytes("Readme.md")))
        #expect(PathFolding.areConfusable(bytes("caf\u{e9}"), bytes("cafe\u{301}")))
        #expect(!PathFolding.areConfusable(bytes("a"), bytes("a")))
        #expect(!PathFolding.areConfusable(bytes("cafe"), bytes("caf\u{e9}")))
    }
}

/// Makes patterns and paths over a small alphabet, so that they meet often.
private enum RandomGlob {
    static func path(_ random: inout SeededRandom) -> String {
        (0..<random.int(in: 1...4)).map { _ in name(&random) }.joined(separator: "/")
    }

    static func name(_ random: inout SeededRandom) -> String {
        // The last letter keeps `.` and `..`, which are no names, from appearing.
        String((0..<random.int(in: 0...3)).map { _ in random.pick(Array("abc.x")) }) + random.pick(["a", "b"])
    }

    static func pattern(_ random: inout SeededRandom, pieces: ClosedRange<Int>) -> String {
        let parts = [
            "a", "b", "c", ".", "/", "*", "**", "?", "[ab]", "[!a]", "{a,b}", "a{,c}", "{?,b/c}", "**/", "/**/", "x",
        ]
        // Ends in letters, because slashes at the ends of a pattern say nothing.
        return random.pick(["a", "**/"])
            + (0..<random.int(in: pieces)).map { _ in random.pick(parts) }.joined()
            .replacing("//", with: "/").trimmingPrefix("/") + random.pick(["a", "b", "*"])
    }

    /// What git and this matcher mean the same by: `**` only as a whole component, at least one wildcard.
    static func gitPattern(_ random: inout SeededRandom) -> String {
        let parts = ["a", "b", "c", ".", "*", "?", "[ab]", "[!a]", "*b", "?b"]
        var components = (0..<random.int(in: 1...3)).map { _ in
            random.oneIn(3) ? "**" : (0..<random.int(in: 1...3)).map { _ in random.pick(parts) }.joined()
        }
        // `**` beside a star in one component would mean less to git.
        components = components.map { $0 == "**" ? $0 : $0.replacing("**", with: "*") }
        if !components.joined().contains(where: { "*?[".contains($0) }) { components.append("*") }
        return components.joined(separator: "/")
    }

    /// No slash, no bracket that could match its own text, at least two choices in every brace.
    static func shellPattern(_ random: inout SeededRandom) -> String {
        let parts = ["a", "b", "c", ".", "*", "?", "[ab]", "[!a]", "{a,b}", "{,c}", "{a,{b,c}x}"]
        return (0..<random.int(in: 1...5)).map { _ in random.pick(parts) }.joined().replacing("**", with: "*") + "b"
    }
}

/// Expands braces and backtracks: slow and obvious.
private enum NaiveGlob {
    static func expand(_ pattern: String) -> [String] {
        let characters = Array(pattern)
        for open in characters.indices where characters[open] == "{" {
            var depth = 0
            var cuts = [open]
            for index in open..<characters.count {
                if characters[index] == "{" { depth += 1 }
                if characters[index] == "," && depth == 1 { cuts.append(index) }
                if characters[index] == "}" {
                    depth -= 1
                    if depth == 0 {
                        cuts.append(index)
                        let (before, after) = (String(characters[..<open]), String(characters[(index + 1)...]))
                        return zip(cuts, cuts.dropFirst()).flatMap { from, to in
                            expand(before + String(characters[(from + 1)..<to]) + after)
                        }
                    }
                }
            }
        }
        return [pattern]
    }

    static func matches(_ pattern: [Character], _ path: [Character], isAtStart: Bool = true) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        let rest = Array(pattern.dropFirst())
        switch first {
        case "*" where rest.first == "*":
            var tail = rest
            while tail.first == "*" { tail.removeFirst() }
            if isAtStart, tail.first == "/" {
                let inner = Array(tail.dropFirst())
                if matches(inner, path, isAtStart: true) { return true }
                return path.indices.contains {
                    path[$0] == "/" && matches(inner, Array(path[($0 + 1)...]), isAtStart: true)
                }
            }
            return (0...path.count).contains { matches(tail, Array(path[$0...]), isAtStart: false) }
        case "*":
            for count in 0...path.count {
                if matches(rest, Array(path[count...]), isAtStart: false) { return true }
                if count < path.count, path[count] == "/" { return false }
            }
            return false
        case "?":
            guard let next = path.first, next != "/" else { return false }
            return matches(rest, Array(path.dropFirst()), isAtStart: false)
        case "[":
            guard let end = pattern.firstIndex(of: "]") else { return path.first == "[" }
            let text = Array(pattern[...end])
            let after = Array(pattern[(end + 1)...])
            if path.starts(with: text), matches(after, Array(path[text.count...]), isAtStart: false) { return true }
            guard let next = path.first, next != "/" else { return false }
            let body = text.dropFirst().dropLast()
            let isIn = body.first == "!" ? !body.dropFirst().contains(next) : body.contains(next)
            return isIn && matches(after, Array(path.dropFirst()), isAtStart: false)
        default:
            guard path.first == first else { return false }
            return matches(rest, Array(path.dropFirst()), isAtStart: first == "/")
        }
    }
}
