import Git
import RunModel

/// Paths that any of some patterns covers.
struct PathSet: Sendable {
    private let matchers: [PathMatcher]

    init(globs: [String]) {
        matchers = globs.map { PathMatcher(PathPattern(kind: .glob, text: $0)) }
    }

    init(owned ownership: Ownership) {
        matchers = ownership.owned.map { PathMatcher($0.pattern) }
    }

    func contains(_ path: GitPath) -> Bool { matchers.contains { $0.matches(path.bytes) } }
}
