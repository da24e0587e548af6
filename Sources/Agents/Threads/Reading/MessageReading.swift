package import RunModel

/// What one message of a thread was read as.
package struct MessageReading: Sendable, Hashable {
    /// Position in the thread, from 0.
    package var index: Int
    package var role: String
    /// `nil` for what no person wrote.
    package var kind: MessageKind?
    /// From 0 to 1: how plainly the words say it.
    package var confidence: Double
    /// The offered options a person points at, with their whole text; several for `1 and 3`.
    package var options: [DecisionOption]
    /// The words it was read from.
    package var evidence: String

    package init(
        index: Int,
        role: String,
        kind: MessageKind?,
        confidence: Double = 1,
        options: [DecisionOption] = [],
        evidence: String = ""
    ) {
        self.index = index
        self.role = role
        self.kind = kind
        self.confidence = confidence
        self.options = options
        self.evidence = evidence
    }

    /// The person wants nothing done: said so, or pointed at an option that says so.
    package var isRefusal: Bool {
        kind == .skip || (kind == .bareOption && !options.isEmpty && options.allSatisfy(\.isSkip))
    }

    /// The person said what to do, or pointed at an option that says it.
    package var isChoice: Bool {
        kind == .decision || (kind == .bareOption && !options.isEmpty && !options.allSatisfy(\.isSkip))
    }
}
