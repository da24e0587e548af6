/// Whether an attempt's work may merge, with the evidence.
package struct Verdict: Hashable, Sendable, Codable {
    package var checks: [GateCheckResult]

    package init(checks: [GateCheckResult] = []) {
        self.checks = checks
    }

    /// No check refused.
    package var isPassed: Bool { !checks.contains { $0.status == .refused } }

    /// The reason of the first check that refused, or `nil`.
    package var refusal: RefusalReason? { checks.first { $0.status == .refused }?.reason }

    package var findings: [Finding] { checks.flatMap(\.findings) }
}

/// What one check of the gate found.
package struct GateCheckResult: Hashable, Sendable, Codable {
    package enum Status: String, Hashable, Sendable, Codable {
        case passed
        /// Something to read in the report; the work may merge.
        case warned
        case refused
        /// The check had nothing to look at.
        case notApplicable = "not_applicable"
    }

    /// The check's name: `branch`, `ownership`, `protected_paths`, `outputs`, `conflict_markers`, `secrets`, `size`,
    /// `tests`, `emptiness`, `guard`, `guard_while_testing`.
    package var check: String
    package var status: Status
    /// One line for people.
    package var summary: String
    package var findings: [Finding]
    /// Set when `status` is `refused`.
    package var reason: RefusalReason?

    package init(
        check: String,
        status: Status,
        summary: String,
        findings: [Finding] = [],
        reason: RefusalReason? = nil
    ) {
        self.check = check
        self.status = status
        self.summary = summary
        self.findings = findings
        self.reason = reason
    }
}

/// Why an agent's work did not land: one word for the report, the blocker and the journal.
package enum RefusalReason: String, Hashable, Sendable, Codable, CaseIterable {
    /// Changed a path, or a part of one, that it does not own.
    case ownershipViolation = "ownership_violation"
    /// Tried to move a ref, push, merge, change configuration or hooks.
    case guardViolation = "guard_violation"
    /// Changed a path that every run protects.
    case protectedPath = "protected_path"
    /// Its changes and earlier landed ones touch the same lines.
    case mergeConflict = "merge_conflict"
    /// Its own tests fail, and did not at the base.
    case testFailure = "test_failure"
    /// The verify commands fail with its work on the train and pass without.
    case verifyFailure = "verify_failure"
    /// Reached the wall-clock or the silence limit.
    case timeout
    /// The engine crashed, is missing, or reported an error.
    case engineFailure = "engine_failure"
    /// Ended without any change.
    case noWork = "no_work"
    case missingOutput = "missing_output"
    case conflictMarkers = "conflict_markers"
    case secret
    case oversizedFile = "oversized_file"
    /// An agent it depends on did not land.
    case dependencyRefused = "dependency_refused"
    /// Used up the tokens or the money it may.
    case budgetExhausted = "budget_exhausted"
    /// The run was cancelled before it ended.
    case cancelled
    /// Its branch does not descend from the base it was given, or HEAD left the branch.
    case branchState = "branch_state"
}
