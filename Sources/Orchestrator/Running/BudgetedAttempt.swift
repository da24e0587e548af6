import RunModel

/// Ends an attempt once the agent's budget is used up.
struct BudgetedAttempt: Sendable {
    let budget: RunBudget
    /// What the agent's earlier attempts used.
    let before: Usage

    /// Runs the attempt, which calls its argument with what it has used so far each time that changes.
    ///
    /// An attempt that is ended for it has the failure `budgetExhausted`. One that comes to its own end over the budget
    /// keeps its outcome: its work is paid for.
    func run(
        _ attempt: @escaping @Sendable (_ spend: @escaping @Sendable (Usage) -> Void) async -> AttemptOutcome
    ) async -> AttemptOutcome {
        let (signal, sender) = AsyncStream.makeStream(
            of: (usage: Usage, excess: String).self,
            bufferingPolicy: .bufferingOldest(1)
        )
        let (budget, before) = (budget, before)
        return await withTaskGroup(of: AttemptOutcome?.self) { group in
            group.addTask {
                let outcome = await attempt { usage in
                    guard let excess = budget.agentExcess(before + usage) else { return }
                    sender.yield((usage, excess))
                }
                sender.finish()
                return outcome
            }
            var end: (usage: Usage, excess: String)?
            // Ends with the attempt, or when the surrounding task is cancelled, which ends the attempt too.
            for await excess in signal {
                end = excess
                group.cancelAll()
            }
            guard var outcome = await group.next() ?? nil else {
                preconditionFailure("the group has the one task that was added")
            }
            guard let end, outcome.ending == .cancelled, !Task.isCancelled else { return outcome }
            outcome.failure = EngineFailure(kind: .budgetExhausted)
            outcome.summary = end.excess
            if outcome.usage.tokens < end.usage.tokens { outcome.usage = end.usage }
            return outcome
        }
    }
}
