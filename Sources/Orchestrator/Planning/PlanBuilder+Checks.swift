import RunModel

/// What each assignment needs before it can run.
extension PlanBuilder {
    mutating func checkAssignments() {
        for (index, assignment) in plan.assignments.enumerated() {
            let agent = taskFile.agents[index]
            if assignment.prompt.utf8.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) {
                report(
                    Finding(
                        .error,
                        "empty-prompt",
                        "agent `\(agent.id)` has no prompt",
                        line: agent.line,
                        column: agent.column,
                        hint: "write the task below the heading, in a fence, or in the prompt of a `Task(...)` call"
                    )
                )
            } else if assignment.engine == "script", assignment.scripts.isEmpty {
                report(
                    Finding(
                        .error,
                        "no-script",
                        "agent `\(agent.id)` runs with the script engine but has no shell fence",
                        line: agent.line,
                        column: agent.column,
                        hint: "put a ```bash fence under a `Build` or `Steps` heading of this agent"
                    )
                )
            }
            if assignment.ownership.owned.isEmpty {
                report(
                    Finding(
                        .warning,
                        "missing-ownership",
                        "no file is owned by agent `\(agent.id)`; whatever it changes will be refused",
                        line: agent.line,
                        column: agent.column,
                        hint: "add a row for it to the file-ownership table, or a `Files Owned` list to its part"
                    )
                )
            }
            checkPaths(index)
        }
    }

    /// Paths that leave the repository.
    private mutating func checkPaths(_ index: Int) {
        for (position, owned) in joins[index].owned.enumerated() {
            let parts = owned.pattern.text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.contains("..") || parts.first == ".git" || parts.contains("") else { continue }
            report(
                Finding(
                    .error,
                    "bad-path",
                    "agent `\(ids[index])` cannot own `\(owned.pattern)`",
                    line: owned.line,
                    column: joins[index].columns[position],
                    hint: "name paths from the repository's root, without `..`, `//` or `.git`"
                )
            )
        }
    }
}
