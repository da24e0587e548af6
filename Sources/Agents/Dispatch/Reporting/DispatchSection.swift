/// What one step found and did: plain values, from which both renderings of the report are made.
package struct DispatchSection: Sendable, Hashable, Codable {
    package enum Status: String, Sendable, Hashable, Codable {
        /// Something was done.
        case done
        /// There was nothing to do.
        case quiet
        /// Done as far as possible; the rest needs a person.
        case attention
        /// It could not be done; the report says why.
        case failed
    }

    package var step: DispatchStep
    package var status: Status
    /// What was found, a sentence or two.
    package var found: String
    package var columns: [String]
    /// Plain text; the renderer escapes it.
    package var rows: [[String]]
    /// What was done, a sentence or two.
    package var action: String
    /// What a person has to do, each a sentence that names what it is about.
    package var forPeople: [String]
    /// What happened, by name; every number of the report comes from here.
    package var counts: [String: Int]

    package init(
        _ step: DispatchStep,
        status: Status = .quiet,
        found: String = "",
        columns: [String] = [],
        rows: [[String]] = [],
        action: String = "None was needed.",
        forPeople: [String] = [],
        counts: [String: Int] = [:]
    ) {
        self.step = step
        self.status = status
        self.found = found
        self.columns = columns
        self.rows = rows
        self.action = action
        self.forPeople = forPeople
        self.counts = counts
    }

    /// Counts one more.
    package mutating func count(_ name: String, _ number: Int = 1) { counts[name, default: 0] += number }

    /// Sets the status by what was counted as done and what is left to people.
    mutating func settle(done: Int) {
        if status == .failed { return }
        status = !forPeople.isEmpty ? .attention : done > 0 ? .done : .quiet
    }
}

/// `1 thread`, `2 threads`.
func counted(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
}
