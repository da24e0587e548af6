import RunModel

extension RequeueStep {
    /// The task file of the agent that tests the ticket again, or goes on with it; one per ticket and tool, so that
    /// writing it again writes the same file.
    func prompt(
        _ entry: RequeueEntry,
        _ ticket: Ticket,
        tool: Ticket?,
        commit: String?,
        goesToTest: Bool
    ) -> (name: String, text: String) {
        let kind: WorkPrompt.Kind = goesToTest ? .retest : .continuation
        let name = tool.map { " (\(PromptText.line($0.title, limit: 90)))" } ?? ""
        let proof = commit.map { " in commit \($0.prefix(9))" } ?? ""
        var prompt = WorkPrompt(
            kind: kind,
            ticket: ticket.id,
            title: ticket.title,
            reason: "\(ticket.id) waited for \(entry.waitingFor)\(name), which has landed\(proof)."
        )
        if let branch = ticket.branch, isBranch(branch) { prompt.base = branch }
        prompt.criteria = entry.blockedCriteria.isEmpty ? ticket.acceptanceCriteria : entry.blockedCriteria
        prompt.files =
            goesToTest
            ? ["docs/agent-output/qa/\(ticket.id.fileName)-after-\(entry.waitingFor.fileName).md"]
            : ticket.filesToModify
        prompt.reads = ticket.filesToModify + ticket.filesToRead
        prompt.checks = ticket.devChecks
        prompt.outOfScope =
            ticket.outOfScope + entry.passedCriteria.map { "Passed before, not to be checked again: \($0)" }
        if goesToTest {
            prompt.recommendation = [
                "Write one line per criterion: PASS or FAIL, how you tested it, and what was printed or shown.",
                "What the code looks like is no evidence; what the running product did is.",
            ]
        } else {
            prompt.toFix = [ticket.issue] + ticket.fixRequired
        }
        let text = prompt.markdown()
        let key = String(entry.waitingFor.fileName.filter { $0.isLetter || $0.isNumber })
        return (
            WorkPrompt.fileName(kind, ticket.id, key: key), isValidPrompt(text) ? text : prompt.markdown(isBare: true)
        )
    }
}
