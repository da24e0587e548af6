import RunModel

/// Ways out of a refusal, the recommended one first, and why it is the one.
struct BlockerAdvice {
    let options: [String]
    let reason: String

    init(for refusal: RefusalReason, agent: AgentID, conflicts: [ConflictRecord]) {
        let others = conflicts.flatMap(\.others).uniqued().map(\.rawValue).asProse
        let other = others.isEmpty ? "the branch" : others
        (options, reason) =
            switch refusal {
            case .ownershipViolation, .protectedPath:
                (
                    [
                        "Run \(agent) again from the landed head and leave the named files alone.",
                        "Give \(agent) those files in the ownership table, and run it again.",
                        "Review the kept work and take over by hand what is wanted.",
                    ], "the rest of the work may be right; only the named files stand against it."
                )
            case .guardViolation:
                (
                    [
                        "Read what was tried, then run \(agent) again with a prompt that forbids it.",
                        "Run it with another engine, or with the sandbox required.",
                    ], "what was moved has been put back; a prompt that asks for git steps is the usual cause."
                )
            case .mergeConflict:
                (
                    [
                        "Run \(agent) again from the landed head, with the conflicting hunks in its prompt.",
                        "Change the merge order so that \(agent) lands before \(other).",
                        "Merge the kept work by hand.",
                    ], "the hunks show both sides; from the landed head the change is small."
                )
            case .testFailure, .verifyFailure:
                (
                    [
                        "Run \(agent) again from the landed head with the failing output in its prompt.",
                        "If the test is wrong, mend the test first, then run \(agent) again.",
                    ], "the failures did not exist before this work."
                )
            case .timeout, .engineFailure, .budgetExhausted, .cancelled:
                (
                    [
                        "Run \(agent) again.",
                        "Give it more time, or another engine.",
                        "Split its task in two.",
                    ], "nothing was found against the work itself."
                )
            case .noWork, .missingOutput:
                (
                    [
                        "Run \(agent) again with a prompt that names the files it shall produce.",
                        "Close the ticket if there is nothing to do.",
                    ], "the agent ended without what the task file declares."
                )
            case .dependencyRefused:
                (
                    ["Mend the agents it depends on first; then run \(agent)."],
                    "the work it would start from has not landed."
                )
            case .conflictMarkers, .secret, .oversizedFile, .branchState:
                (
                    [
                        "Run \(agent) again from the landed head with this finding in its prompt.",
                        "Mend the kept work by hand and land it.",
                    ], "the finding names the place; the rest of the work may be right."
                )
            }
    }
}
