import RunModel

/// The first post of a thread: the issue and what may be chosen, so that a person can answer with a number.
struct ThreadSummary: Sendable {
    var title: String
    var severity: String?
    var feature: String?
    var location: String?
    var issue: String
    var options: [DecisionOption]

    init(_ finding: ReviewFinding) {
        title = finding.title.isEmpty ? finding.id : finding.title
        severity = finding.severity
        feature = finding.feature
        location = finding.location
        issue = finding.issue
        options = finding.choices
    }

    init(_ ticket: Ticket) {
        title = "\(ticket.id): \(ticket.title)"
        severity = ticket.priority
        feature = ticket.feature
        location = ticket.filesToModify.isEmpty ? nil : ticket.filesToModify.joined(separator: ", ")
        issue = ticket.issue
        options = [DecisionOption(id: "1", label: "Go on with the ticket as it is", isRecommended: false)]
    }

    /// The post's Markdown; its last option is always to do nothing.
    var text: String {
        var lines = ["## \(title)", ""]
        if let severity { lines.append("**Severity:** \(severity)") }
        if let feature { lines.append("**Feature:** \(feature)") }
        if let location { lines.append("**Location:** \(location)") }
        lines += ["", "**Issue:**", issue, "", "**Options:**", ""]
        for (index, option) in all.enumerated() {
            lines.append(
                "\(index + 1). \(option.isRecommended ? "**[RECOMMENDED]** " : "")\(option.label.replacing("\n", with: " "))"
            )
        }
        lines += ["", "**What would you like to do?** Answer with a number, in your own words, or with a question."]
        return lines.joined(separator: "\n")
    }

    private var all: [DecisionOption] {
        options.contains(where: \.isSkip)
            ? options : options + [DecisionOption(id: "skip", label: "Skip - leave it as it is")]
    }
}
