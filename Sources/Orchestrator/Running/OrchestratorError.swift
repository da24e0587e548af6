import RunModel

/// A run that cannot begin or go on, with what to do about it.
package struct OrchestratorError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case journalUnusable, journalDamaged, journalIsNewer
        case runNotFound, runIsActive, runHasEnded
        case repositoryUnusable, baseUnusable, engineUnusable, noAgents, diskFull
        case includeTooLarge, budgetExhausted
        case isolationBroken, landingUnsafe, gitFailed
    }

    package let code: Code
    /// What failed, on which quoted thing, and why.
    package let message: String
    /// What to do, as a sentence.
    package let hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var description: String { hint.map { "\(message) \($0)" } ?? message }
}

extension OrchestratorError {
    static func journalUnusable(path: String, why: String) -> OrchestratorError {
        OrchestratorError(
            .journalUnusable,
            "The journal '\(path)' cannot be used: \(why).",
            hint: "Check free space and who owns the file, then run 'switchyard resume'."
        )
    }

    static func journalDamaged(path: String, line: Int, why: String) -> OrchestratorError {
        OrchestratorError(
            .journalDamaged,
            "Line \(line) of the journal '\(path)' is not a fact of a run: \(why).",
            hint: "Nothing was changed. Move the file aside and start the task file again; its work is still on the "
                + "branches below 'refs/heads/switchyard/'."
        )
    }

    static func journalIsNewer(path: String, schema: Int) -> OrchestratorError {
        OrchestratorError(
            .journalIsNewer,
            "The journal '\(path)' has schema \(schema), newer than this program knows.",
            hint: "Use the program version that began the run, or a later one."
        )
    }

    static func runNotFound(_ id: String, known: [String]) -> OrchestratorError {
        OrchestratorError(
            .runNotFound,
            "There is no run '\(id)' in this repository.",
            hint: known.isEmpty
                ? "No run has been started here yet." : "The latest are: \(known.prefix(5).joined(separator: ", "))."
        )
    }

    static func noRuns() -> OrchestratorError {
        OrchestratorError(
            .runNotFound,
            "No run has been started in this repository yet.",
            hint: "Start one with 'switchyard run FILE'."
        )
    }

    static func runIsActive(_ id: String) -> OrchestratorError {
        OrchestratorError(
            .runIsActive,
            "The run '\(id)' is being driven by another process.",
            hint: "Watch it with 'switchyard runs show \(id)', or stop it with 'switchyard cancel \(id)'."
        )
    }

    static func budgetExhausted(_ run: RunID, excess: String, waiting: [AgentID]) -> OrchestratorError {
        let names = waiting.map { "'\($0)'" }.joined(separator: ", ")
        return OrchestratorError(
            .budgetExhausted,
            "The run's budget is used up (\(excess)): \(waiting.count == 1 ? "agent" : "agents") \(names) "
                + "\(waiting.count == 1 ? "was" : "were") not started.",
            hint: "What is done is kept. Go on with a larger budget: "
                + "'switchyard resume \(run) --budget-tokens N' or '--budget-usd N'."
        )
    }

    static func runHasEnded(_ id: String, state: String) -> OrchestratorError {
        OrchestratorError(
            .runHasEnded,
            "The run '\(id)' has ended (\(state)); there is nothing to resume.",
            hint: "Read its report with 'switchyard runs report \(id)', or start the task file again."
        )
    }
}
