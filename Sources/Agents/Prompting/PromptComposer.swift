package import RunModel

/// Joins the rules of a role, the shared context of a task file and an agent's own part into one prompt.
package enum PromptComposer {
    package static func compose(
        plan: Plan,
        assignment: Assignment,
        run: RunID,
        template: PromptTemplate
    ) -> String {
        assignment.prompt
    }
}
