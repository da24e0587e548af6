package import Foundation
import RunModel

/// One blocker of a ticket, waiting or archived, as the attempt table shows it.
package struct PastBlocker: Sendable {
    package let name: String
    package let key: BlockerKey
    package internal(set) var reading: BlockerReading
    /// When it was written; `nil` when nobody says.
    package var date: Date? { reading.body.date }
    package var blockerClass: BlockerClass { reading.verdict.blockerClass }

    package init(name: String, bytes: [UInt8], ticketFiles: [String] = []) {
        self.name = name
        key = BlockerKey(bytes)
        reading = BlockerClassifier.classify(bytes, fileName: name, ticketFiles: ticketFiles)
    }

    /// It tells what is wrong with the work, not only that nobody came to its end.
    var judgesWork: Bool { blockerClass != .engineFailure && blockerClass != .timeout }

    /// How often the ticket was tried, as the blocker says; one of our own runs counts starts of its engine there.
    var attemptsTold: Int? { reading.body.value["blocker_context"]?["run"] == nil ? reading.body.attempt : nil }

    /// All it says, as an engine or a person reads it; 16 KiB at most.
    var words: String { String(decoding: LedgerDocument(reading.body.value).bytes.prefix(16 << 10), as: UTF8.self) }

    /// Words of what failed.
    var failureWords: Set<String> {
        let failures = reading.body.failures.reduce(into: Set<String>()) { $0.formUnion($1.words) }
        guard failures.isEmpty else { return failures }
        return Set(Words.tokens(reading.body.summary.prefix(2).joined(separator: " ")).filter { $0.count > 3 })
    }

    /// Whether both tell of the same failure, at least in part.
    func overlaps(_ other: PastBlocker) -> Bool {
        let (one, two) = (failureWords, other.failureWords)
        guard !one.isEmpty, !two.isEmpty else { return true }
        return Double(one.intersection(two).count) >= 0.3 * Double(min(one.count, two.count))
    }

    /// One sentence on what failed.
    var what: String {
        reading.body.summary.first { !$0.isEmpty } ?? reading.body.failures.first?.criterion
            ?? reading.verdict.evidence.first ?? "no words"
    }

    /// By time, then by name; those without a time come first.
    static func isBefore(_ one: PastBlocker, _ other: PastBlocker) -> Bool {
        (one.date ?? .distantPast, one.name) < (other.date ?? .distantPast, other.name)
    }
}
