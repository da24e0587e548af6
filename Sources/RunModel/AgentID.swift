/// Names one agent of a task file as its author wrote it: `A`, `1B`, `T3-A`.
package struct AgentID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }

    package static func < (left: AgentID, right: AgentID) -> Bool { left.rawValue < right.rawValue }

    /// The identifier as a component of refs and folders: ASCII letters, digits, `-` and `_`, lower case.
    ///
    /// Two agents of one plan whose slugs are equal are a plan error, so a slug is unique within a run.
    package var slug: String {
        var slug = ""
        for scalar in rawValue.lowercased().unicodeScalars {
            let isKept = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            slug.unicodeScalars.append(isKept || scalar == "_" ? scalar : "-")
        }
        return slug.isEmpty ? "agent" : slug
    }
}

extension AgentID: Codable {
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
