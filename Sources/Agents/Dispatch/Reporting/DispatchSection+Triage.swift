import RunModel

extension DispatchSection {
    /// Step 1, told by what triage did.
    init(_ result: TriageResult) {
        self.init(.blockers, columns: ["Blocker", "Ticket", "Class", "What was done"])
        let outcomes = result.outcomes
        for outcome in outcomes {
            count("processed")
            count("class_\(outcome.blockerClass.rawValue)")
            if outcome.isRepeated { count("repeated") }
            if outcome.failure != nil { count("left") }
            if outcome.needsHuman { count("for_people") } else { count("handled") }
            rows.append([
                outcome.file, outcome.ticket?.rawValue ?? "", outcome.blockerClass.rawValue,
                outcome.failure.map { "left: \($0)" } ?? outcome.done.first ?? "nothing was needed",
            ])
        }
        let people = outcomes.filter { $0.needsHuman || $0.failure != nil }
        found = outcomes.isEmpty ? "No blocker waited." : "\(counted(outcomes.count, "blocker")) waited."
        if !outcomes.isEmpty {
            let report = result.report.map { " Each is in \($0)." } ?? ""
            action = "\(outcomes.count - people.count) dealt with; \(people.count) put to people.\(report)"
        }
        if !people.isEmpty {
            forPeople.append(
                "Look at \(counted(people.count, "blocker")) that \(people.count == 1 ? "needs" : "need") a person: see step 1."
            )
        }
        for finding in result.findings { forPeople.append(finding.message) }
        settle(done: outcomes.count)
    }
}
