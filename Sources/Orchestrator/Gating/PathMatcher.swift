package import RunModel

/// Decides whether a repository path is covered by a pattern of a task file.
///
/// Paths are compared as git stores them, byte by byte. A glob is compiled into a machine that reads the path once, so
/// the time grows with path length times pattern length and never explodes, whatever the pattern.
///
/// - `*` and `?` stay within one component, `**` crosses components; `**/` and `/**/` also match no folder at all.
/// - `?` and `[...]` take one character: a UTF-8 character, or a single byte that is not UTF-8.
/// - `[...]` also matches its own text, because web frameworks name folders `[id]`.
/// - `{a,b}` may nest and hold empty alternatives; without a comma or a partner a brace is an ordinary character.
/// - `\` takes the next character as it is. Names that begin with a dot are matched like others.
package struct PathMatcher: Sendable {
    package let pattern: PathPattern
    private let test: Test

    private enum Test: Sendable {
        case exact([UInt8])
        case below([UInt8])
        case machine(GlobMachine)
    }

    package init(_ pattern: PathPattern) {
        self.pattern = pattern
        let text = Self.normalized(Array(pattern.text.utf8))
        switch pattern.kind {
        case .path: test = .exact(text)
        case .folder:
            if text.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }) {
                test = .machine(GlobMachine(text + Array("/**".utf8)))
            } else {
                test = .below(text)
            }
        case .glob: test = .machine(GlobMachine(text))
        }
    }

    /// Tells whether the pattern covers the path; the path is relative to the repository's root.
    package func matches(_ path: [UInt8]) -> Bool {
        switch test {
        case .exact(let text): text == path
        case .below(let text):
            // The empty folder is the root: all paths are below it.
            text.isEmpty
                || (path.count > text.count && path[text.count] == UInt8(ascii: "/") && path.starts(with: text))
        case .machine(let machine): machine.matches(path)
        }
    }

    package func matches(_ path: String) -> Bool { matches(Array(path.utf8)) }

    /// The pattern without a leading `./` or `/` and without a trailing `/`.
    private static func normalized(_ text: [UInt8]) -> [UInt8] {
        var text = text[...]
        while text.starts(with: [UInt8(ascii: "."), UInt8(ascii: "/")]) { text = text.dropFirst(2) }
        while text.first == UInt8(ascii: "/") { text = text.dropFirst() }
        while text.last == UInt8(ascii: "/") { text = text.dropLast() }
        if text.elementsEqual([UInt8(ascii: ".")]) { return [] }
        return Array(text)
    }
}
