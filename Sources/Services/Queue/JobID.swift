/// Names a job for ever in its store; later jobs have greater ids.
package struct JobID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package let rawValue: Int64

    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package var description: String { String(rawValue) }

    package static func < (left: JobID, right: JobID) -> Bool { left.rawValue < right.rawValue }
}
