import RunModel

/// One thing a blocker says has failed.
package struct BlockerFailure: Hashable, Sendable {
    /// `acceptance`, `build`, `security`, ...; as it was written.
    package var category: String?
    package var criterion: String
    package var expected: String?
    package var actual: String?
    package var evidence: String?

    init(_ value: LedgerValue) {
        guard value.isObject else {
            criterion = value.summary.trimmingSpace
            return
        }
        var fields = LedgerFields(value, place: "failure")
        category = fields.text("category", "type", "kind", "area")
        let name = fields.text(
            "criterion",
            "check",
            "criteria",
            "test",
            "name",
            "title",
            "ac",
            "item",
            "id",
            "issue",
            "description"
        )
        expected = fields.text("expected", "expectation", "should")
        actual = fields.text("actual", "error", "result", "got", "message", "observed", "reason", "details")
        evidence = fields.text("evidence", "proof", "output", "log", "file", "location")
        criterion = name ?? actual ?? value.summary
    }

    /// All of it as one text.
    var text: String { [criterion, actual, evidence, expected].compactMap(\.self).joined(separator: ". ") }

    /// What tells it from other failures, whatever the wording around it: its longer words.
    var words: Set<String> {
        Set(Words.tokens(criterion + " " + (actual ?? "")).filter { $0.count > 3 })
    }
}
