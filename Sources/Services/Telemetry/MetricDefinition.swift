/// A number the services report: its name, what it counts, and the labels it may carry.
package struct MetricDefinition: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// Only rises; its name ends in `_total`.
        case counter
        /// Goes up and down.
        case gauge
        /// A distribution, in seconds where its name ends in `_seconds`.
        case histogram
    }

    package let name: String
    package let kind: Kind
    /// One sentence for a person.
    package let meaning: String
    /// Label names, in the order in which values are given.
    package let labels: [String]

    package init(_ name: String, _ kind: Kind, _ meaning: String, labels: [String] = []) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
        self.labels = labels
    }
}

/// Something that happened and is worth a line in a log.
package struct EventDefinition: Hashable, Sendable {
    package enum Level: String, Hashable, Sendable {
        case info, warning, error
    }

    package let name: String
    package let level: Level
    /// The constant sentence of the log line; what varies is in the metadata.
    package let sentence: String
    /// Metadata keys it may carry.
    package let keys: [String]

    package init(_ name: String, _ level: Level, _ sentence: String, keys: [String] = []) {
        self.name = name
        self.level = level
        self.sentence = sentence
        self.keys = keys
    }
}
