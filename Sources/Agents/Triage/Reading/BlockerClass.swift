/// What kind of thing stands in an agent's way.
package enum BlockerClass: String, Hashable, Sendable, Codable, CaseIterable {
    /// The work is there and does not do what the ticket asks.
    case qaFailure = "qa_failure"
    /// The build server's tests or checks failed.
    case ciFailure = "ci_failure"
    /// The work broke something that had worked.
    case regressionFailure = "regression_failure"
    case mergeConflict = "merge_conflict"
    /// Changed what belongs to somebody else.
    case ownershipViolation = "ownership_violation"
    /// Tried what no agent may do.
    case guardViolation = "guard_violation"
    case timeout
    /// The agent's engine broke, or never did its work.
    case engineFailure = "engine_failure"
    /// A tool for checking is missing or lacks something; somebody can build it.
    case missingTooling = "missing_tooling"
    /// The ticket leaves open what only a person can decide.
    case clarification
    /// The ticket is wrong or contradicts itself.
    case specificationError = "specification_error"
    /// The machine or its settings are wrong.
    case environment
    /// What the work runs on or is tested with is broken or not there.
    case infrastructure
    /// An account, key or setting at somebody else's is missing.
    case externalSetup = "external_setup"
    /// The ticket's work had landed before.
    case duplicateWork = "duplicate_work"
    /// There is no failure: the evidence says otherwise than the label.
    case falsePositive = "false_positive"
    /// The agent was never started.
    case routingError = "routing_error"
    case unreadable

    /// What triage does with a class.
    package enum Family: Hashable, Sendable {
        /// Another agent goes on with the work.
        case continuation
        /// A tool is made first.
        case tooling
        /// A person decides or does something.
        case person
        /// The ledger is put right; nobody has to work.
        case bookkeeping
    }

    package var family: Family {
        switch self {
        case .qaFailure, .ciFailure, .regressionFailure, .mergeConflict, .ownershipViolation, .guardViolation, .timeout,
            .engineFailure:
            .continuation
        case .missingTooling: .tooling
        case .clarification, .specificationError, .environment, .infrastructure, .externalSetup: .person
        case .duplicateWork, .falsePositive, .routingError, .unreadable: .bookkeeping
        }
    }

    /// Whether a failure of tests or checks is claimed, which a log can contradict.
    package var claimsFailure: Bool {
        self == .qaFailure || self == .ciFailure || self == .regressionFailure
    }

    /// The class in words: `QA failure`.
    package var inWords: String {
        switch self {
        case .qaFailure: "QA failure"
        case .ciFailure: "CI failure"
        case .regressionFailure: "regression"
        default: rawValue.replacing("_", with: " ")
        }
    }
}

/// What triage does with a blocker.
package enum TriageAction: String, Hashable, Sendable, Codable, CaseIterable {
    /// A prompt for an agent that goes on with the work.
    case continuation
    /// A continuation limited to what broke outside of the ticket's files.
    case regressionContinuation = "regression_continuation"
    /// A continuation limited to the ticket's own failing tests.
    case fixTests = "fix_tests"
    /// The same work again, with nothing to mend.
    case retry
    /// A ticket for the tool, and an entry that brings the blocked ticket back.
    case toolingTicket = "tooling_ticket"
    /// A thread in which a person decides.
    case decisionThread = "decision_thread"
    /// An item in a person's inbox.
    case inbox
    /// The ticket is marked as landed, and a person is told.
    case markLanded = "mark_landed"
    /// Put away with the reason; the ticket goes back to where it was.
    case archive
    /// The ticket is put back to ready.
    case putBack = "put_back"
    case quarantine
}
