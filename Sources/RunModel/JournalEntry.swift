package import Foundation

/// One line of a run's journal: a fact that has happened, numbered and dated.
package struct JournalEntry: Hashable, Sendable, Codable {
    /// The schema this build writes; a journal of a newer one is refused.
    package static let currentSchema = 1

    package var schema: Int
    /// Counts from 1 without gaps.
    package var sequence: Int
    package var time: Date
    package var fact: RunFact

    package init(sequence: Int, time: Date, fact: RunFact) {
        schema = Self.currentSchema
        self.sequence = sequence
        self.time = time
        self.fact = fact
    }
}
