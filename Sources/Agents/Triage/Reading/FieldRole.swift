import RunModel

/// What the fields of a blocker are about, by the words of their names.
enum FieldRole: Hashable, Sendable {
    case ticket, branch, stamp, source, attempt, options
    /// A word for the kind of blocker.
    case label
    /// What whoever wrote it wants dispatch to do.
    case action
    /// What should be done, in prose.
    case resolution
    /// What happened, in prose.
    case summary
    case failures
    /// Output of commands.
    case log
    /// The overall result: `PASS`, `failure`.
    case outcome
    /// Whether a person is needed, as a flag.
    case personFlag
    case failedTests, passedCount, failedCount, scopeFiles
    /// What works, was tried or was done: nothing that stands in the way.
    case background
    /// Anything else that may hold evidence.
    case detail
    /// Ids, titles of tickets, numbers.
    case ignored

    /// Exact names first.
    private static let exact: [String: FieldRole] = {
        let rows: [(FieldRole, [String])] = [
            (
                .ticket,
                [
                    "ticket_id", "ticket", "ticket_number", "ticket_key", "tkt", "blocked_ticket", "task_id",
                    "story_id", "issue_id",
                ]
            ),
            (.branch, ["branch", "branch_name", "git_branch", "head_branch", "source_branch", "work_branch"]),
            (
                .stamp,
                [
                    "created_at", "blocked_at", "found_at", "timestamp", "date", "time", "failed_at", "reported_at",
                    "routed_at",
                    "created", "generated_at", "detected_at", "occurred_at", "run_at", "updated_at", "at", "datetime",
                ]
            ),
            (
                .source,
                [
                    "source", "agent", "agent_type", "reported_by", "created_by", "reporter", "generated_by", "author",
                    "from", "origin",
                ]
            ),
            (
                .attempt,
                [
                    "attempt", "attempt_number", "attempts", "iteration", "ticket_version", "retry_count", "try",
                    "attempt_count",
                ]
            ),
            (
                .label,
                [
                    "blocker_type", "type", "category", "kind", "classification", "class", "failure_type", "error_type",
                    "blocker_category", "issue_type", "reason_code", "blocker_class", "blocker_kind",
                    "failure_category", "code",
                    "block_type", "blocked_type", "blocked_by_type", "failure_class", "blocker_code",
                ]
            ),
            (
                .action,
                [
                    "dispatch_action", "action", "recommended_action", "suggested_action", "triage_action",
                    "next_action", "route_to",
                    "routing", "dispatch", "dispatch_instruction", "resolution_type", "assign_to",
                    "dispatch_recommendation",
                    "dispatch_hint", "requested_action", "disposition", "handoff", "handoff_to", "route",
                ]
            ),
            (
                .outcome,
                [
                    "verdict", "result", "qa_result", "qa_status", "outcome", "conclusion", "test_status",
                    "overall_status", "overall", "qa_verdict", "final_status", "overall_result",
                ]
            ),
            (
                .personFlag,
                [
                    "requires_human", "human_required", "needs_human", "requires_human_intervention",
                    "human_intervention_required",
                    "needs_human_review", "requires_manual_intervention", "human_needed",
                    "manual_intervention_required",
                    "requires_human_action", "human_action_required", "requires_pm", "pm_required", "needs_pm_decision",
                    "requires_decision", "requires_human_decision", "is_human_required", "blocking_human",
                    "requires_pm_decision",
                ]
            ),
            (
                .failures,
                [
                    "failures", "failed_criteria", "failed_checks", "errors", "issues", "failing_criteria", "findings",
                    "defects", "bugs",
                    "problems", "violations", "failed_acceptance_criteria", "failed_steps", "unmet_criteria",
                    "blocked_criteria",
                    "acceptance_criteria_failed", "failed", "blocking_issues", "issues_found", "failure",
                ]
            ),
            (
                .failedTests,
                [
                    "failed_tests", "failing_tests", "test_failures", "failed_test_files", "regressions",
                    "failed_specs",
                    "broken_tests", "failing_specs", "failed_suites", "failing_test_files",
                ]
            ),
            (
                .failedCount,
                ["failed_count", "failure_count", "num_failed", "tests_failed", "failed_tests_count", "total_failed"]
            ),
            (.passedCount, ["passed_count", "passed", "tests_passed", "num_passed", "passing"]),
            (
                .scopeFiles,
                [
                    "in_scope_files", "files_to_modify", "scope_files", "ticket_files", "files_in_scope", "scope",
                    "ticket_scope",
                    "modified_files", "changed_files", "files_changed", "files_modified", "allowed_files",
                    "owned_files", "files_touched",
                ]
            ),
            (
                .options,
                ["options", "choices", "alternatives", "possible_solutions", "resolution_options", "proposed_options"]
            ),
            (
                .ignored,
                [
                    "id", "ticket_title", "feature", "status", "severity", "priority", "session_id", "agent_session_id",
                    "qa_report",
                    "report", "screenshots", "worktree", "worktree_path", "run", "commit", "base", "ref", "risk_level",
                    "labels",
                    "schema", "schema_version", "version", "parent_ticket_id", "total", "duration", "url", "run_url",
                    "run_id",
                    "verification_commands", "success_criteria", "feature_docs", "magic_links", "owners", "landed_head",
                    "task_file",
                    "alternative_resolution", "alternative", "related_tickets", "requeue_when", "requeue_to",
                    "time_spent",
                ]
            ),
            (
                .summary,
                [
                    "summary", "title", "issue", "message", "error", "description", "problem", "reason",
                    "blocked_reason", "details",
                    "error_message", "subject", "headline", "root_cause", "blocked_on", "blocker",
                    "blocker_description", "what_happened",
                    "blocked_because", "cause", "why", "body", "text", "overview", "issue_summary", "blocking_reason",
                    "question", "questions",
                    "blocking_issue", "explanation", "context", "stopped_by", "denied_by", "refused_by",
                ]
            ),
            (
                .detail,
                [
                    "impact", "notes", "error_examples", "evidence", "infrastructure_issue", "tooling_gap",
                    "current_behavior",
                ]
            ),
        ]
        var table: [String: FieldRole] = [:]
        for (role, names) in rows { for name in names { table[FieldName(name).folded] = role } }
        return table
    }()

    /// Then any word of the name; the first row that fits.
    private static let byWord: [(FieldRole, [String])] = [
        (
            .background,
            [
                "tried", "attempted", "workaround*", "passed", "passing", "verified", "done", "working", "progress",
                "completed", "remaining", "history", "previous",
            ]
        ),
        (
            .resolution,
            [
                "recommend*", "suggest*", "resolution", "remediation", "required", "next", "todo", "proposed",
                "unblock*", "needed", "instructions", "steps", "ask", "request", "requirements", "actions", "immediate",
                "wish*", "need", "needs", "proposal", "advice", "remedy", "cure", "want", "wanted",
            ]
        ),
        (.log, ["output", "log", "logs", "stdout", "stderr", "trace", "console", "stacktrace", "tail", "excerpt"]),
        (.failures, ["failures", "failed", "failing"]),
        (.stamp, ["timestamp"]),
        (.summary, ["summary", "reason", "issue", "description", "message"]),
        (.ignored, ["id", "title", "report", "screenshot*", "session"]),
    ]

    init(_ key: String) {
        if let role = Self.exact[FieldName(key).folded] {
            self = role
            return
        }
        let words = Words.tokens(Words.split(camelCase: key))
        for (role, patterns) in Self.byWord {
            for pattern in patterns {
                let isStart = pattern.hasSuffix("*")
                let text = isStart ? String(pattern.dropLast()) : pattern
                if words.contains(where: { isStart ? $0.hasPrefix(text) : $0 == text }) {
                    self = role
                    return
                }
            }
        }
        self = .detail
    }
}
