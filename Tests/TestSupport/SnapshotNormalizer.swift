import Foundation

/// Replaces what differs between two equal runs: paths, ids, times, hashes.
package struct SnapshotNormalizer: Sendable {
    private var replacements: [(text: String, name: String)] = []
    private var isPlain = false

    package init() {}

    /// A normaliser that changes nothing: for texts that hold nothing accidental.
    package static var none: SnapshotNormalizer {
        var normalizer = SnapshotNormalizer()
        normalizer.isPlain = true
        return normalizer
    }

    /// Also replaces that exact text, longest first: `.replacing(folder.path, with: "<folder>")`.
    package func replacing(_ text: String, with name: String) -> SnapshotNormalizer {
        var copy = self
        copy.replacements.append((text, name))
        return copy
    }

    /// The text with every accidental part replaced by its kind in angle brackets.
    package func normalize(_ text: String) -> String {
        var result = text
        for (text, name) in replacements.sorted(by: { $0.text.count > $1.text.count }) where !text.isEmpty {
            result = result.replacingOccurrences(of: text, with: name)
        }
        guard !isPlain else { return result }
        for (pattern, name) in Self.patterns {
            result = result.replacingOccurrences(of: pattern, with: name, options: .regularExpression)
        }
        return result
    }

    /// In order: temporary folders, UUIDs, ISO times, commit ids in full, durations in prose.
    private static let patterns: [(String, String)] = [
        ("/(private/)?(tmp|var/tmp)/switchyard-test-[0-9a-f-]+", "<folder>"),
        ("\\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\b", "<uuid>"),
        (
            "\\b[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?",
            "<time>"
        ),
        ("\\b[0-9a-f]{40}\\b", "<commit>"),
    ]
}
