/// Owners by the address of a page.
package struct URLRules: Hashable, Sendable {
    package struct Rule: Hashable, Sendable {
        /// An address in which each `*` stands for any text, such as `https://tracker.example/acme/*`.
        package let pattern: String
        package let owner: OwnerID

        package init(pattern: String, owner: OwnerID) {
            self.pattern = pattern
            self.owner = owner
        }
    }

    private let rules: [(parts: [[UInt8]], owner: OwnerID)]
    private let source: [Rule]

    /// - Parameter rules: the first that fits wins.
    package init(_ rules: [Rule] = []) {
        source = rules
        self.rules = rules.map { rule in
            (
                rule.pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init),
                rule.owner
            )
        }
    }

    package func owner(of url: String) -> OwnerID? {
        let bytes = Array(url.utf8)
        return rules.first { Self.fits(bytes, $0.parts) }?.owner
    }

    package static func == (left: URLRules, right: URLRules) -> Bool { left.source == right.source }

    package func hash(into hasher: inout Hasher) { hasher.combine(source) }

    /// The first part at the start, the last at the end, the others in between, each as early as it can be.
    private static func fits(_ url: [UInt8], _ parts: [[UInt8]]) -> Bool {
        guard let first = parts.first, let last = parts.last, url.starts(with: first) else { return false }
        if parts.count == 1 { return url.count == first.count }
        var position = first.count
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = find(part, in: url, from: position) else { return false }
            position = found + part.count
        }
        return url.count - position >= last.count && url.suffix(last.count).elementsEqual(last)
    }

    private static func find(_ part: [UInt8], in url: [UInt8], from start: Int) -> Int? {
        guard url.count - start >= part.count else { return nil }
        return (start...(url.count - part.count)).first { url[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
