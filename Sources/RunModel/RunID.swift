/// Names one run; unique in its repository.
///
/// Shape: `<UTC stamp>-<label>-<4 hex digits>`, for example `20261121-0845-qs9-t3-7f3a`. The characters are those that
/// a git ref component and a folder name both allow, so the identifier is used in both unchanged.
package struct RunID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }

    package static func < (left: RunID, right: RunID) -> Bool { left.rawValue < right.rawValue }
}

extension RunID: Codable {
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
