package import RunModel

/// Joins the rules of a role, the shared context of a task file and an agent's own part into one prompt.
package enum PromptComposer {
    /// Every input a template may name.
    static let inputs: Set<String> = [
        "agent", "title", "task", "branch", "ownership", "forbidden", "reads", "outputs", "tests", "append", "collect",
        "commit_message", "services", "context", "prompt", "finding", "options",
    ]

    /// The whole prompt of one attempt.
    ///
    /// The agent's own part stands in it byte for byte. `hasServices`: the environment leads to the shared stores.
    package static func compose(
        plan: Plan,
        assignment: Assignment,
        run: RunID,
        template: PromptTemplate,
        hasServices: Bool = false
    ) -> String {
        let forbidden =
            assignment.ownership.forbidden
            + plan.readOnly.filter { pattern in
                // A row of its own lifts the prohibition for all.
                !assignment.ownership.owned.contains { $0.pattern == pattern }
            }
        return template.render([
            "agent": assignment.id.rawValue,
            "title": assignment.title,
            "task": plan.title,
            "branch": "switchyard/\(run)/\(assignment.id.slug)/work",
            "ownership": OwnershipText.owned(assignment.ownership.owned),
            "forbidden": OwnershipText.list(unique(forbidden.map(\.description))),
            "reads": OwnershipText.list(assignment.reads),
            "outputs": OwnershipText.list(assignment.outputs),
            "tests": assignment.tests.isEmpty ? "" : fence(assignment.tests.joined(separator: "\n"), "sh"),
            "append": OwnershipText.list(plan.append),
            "collect": plan.collect.map { "- `\($0.pattern)` goes to the end of `\($0.target)`" }
                .joined(separator: "\n"),
            "commit_message": assignment.commitMessage.map { fence($0, "") } ?? "",
            "services": hasServices ? servicesText : "",
            "context": plan.sharedContext.trimmingSpaces().isEmpty ? "" : plan.sharedContext,
            "prompt": assignment.prompt,
        ])
    }

    /// The verbs an agent is likely to need; the rest is in the program's help.
    private static let servicesText = """
        - `"$SWITCHYARD_PROGRAM" lock run NAME --wait 10m -- COMMAND` runs a command while nobody else holds the name: \
        for what only one may use at a time, such as a port or a test database.
        - `"$SWITCHYARD_PROGRAM" cache get GROUP KEY`, and `cache set GROUP KEY --ttl 1h`: keep what is slow to get.
        - `"$SWITCHYARD_PROGRAM" limit hit KEY --limit 30 --per 1m`: ask before you call a service that counts calls; \
        exit status 1 means: later.
        - `"$SWITCHYARD_PROGRAM" once KEY -- COMMAND` runs a command once for all agents; the others get its output.
        - `"$SWITCHYARD_PROGRAM" queue push QUEUE PAYLOAD`, and `queue pull QUEUE`: hand work to another agent.
        """

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    /// A fence longer than any run of backticks inside it.
    private static func fence(_ text: String, _ language: String) -> String {
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let ticks = String(repeating: "`", count: max(3, longest + 1))
        return "\(ticks)\(language)\n\(text)\n\(ticks)"
    }
}
