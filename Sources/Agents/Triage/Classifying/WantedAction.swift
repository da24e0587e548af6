/// What whoever wrote a blocker wants dispatch to do, in the words of `dispatch_action`.
enum WantedAction: Hashable, Sendable {
    case continuation, tooling, person, clarification, close, again, nothing

    /// The first row that fits decides.
    private static let table: PhraseTable<WantedAction> = PhraseTable(
        rows.enumerated().map { (meaning: $1.0, weight: Double($0), phrases: $1.1) }
    )

    private static let rows: [(WantedAction, [String])] = [
        // A team of developers is no person to wait for.
        (
            .continuation,
            ["return*|assign*|reassign*|send|back to dev|development|developer|developers ~ team", "fix ~ notify*"]
        ),
        (.tooling, ["tool*", "create qa endpoint|tool", "build harness"]),
        (
            .clarification,
            [
                "clarif*", "question*", "decision*", "pm decision|decide", "spec*",
                "update|fix|revise|rewrite|correct|amend ticket|criteria|requirements|acceptance", "ask*", "rescope",
                "re scope", "refine ticket", "ticket rewrite|revision|update",
            ]
        ),
        (
            .person,
            [
                "human*", "person", "people", "manual*", "escalat*", "notify*", "engineer*", "engineering", "owner*",
                "devops", "ops", "admin*", "pm", "approv*", "intervention*", "inbox", "page oncall|engineer", "on call",
                "infra*", "environment*", "env", "external*", "setup*", "configur*", "credential*",
                "review by|required|needed", "hold*", "wait*", "await*", "alert*", "provision*", "unblock*",
                "support", "maintainer*", "team",
            ]
        ),
        (
            .close,
            [
                "close*", "duplicate*", "mark|set|update ~ done|complete|completed|merged|closed|resolved", "already*",
                "cancel*", "dismiss*", "discard*", "skip*", "no action*|op", "archive*", "ignore*", "drop*", "resolve",
                "invalidate*",
            ]
        ),
        (
            .again,
            [
                "retry qa|test|tests|testing|dispatch|routing|route|agent", "rerun*", "re run", "retest*", "re test",
                "requeue qa|ticket|test*", "requeue for|to qa|test*", "re queue", "re qa", "requeue", "retry",
                "redispatch*", "re dispatch",
            ]
        ),
        (
            .continuation,
            [
                "continu*", "fix*", "rework*", "dev", "developer*", "bug*", "return*", "reassign*", "correct*",
                "repair*", "implement*", "send back", "back to", "reopen*", "re open", "new ticket",
                "create ticket|followup|follow", "follow up", "followup*", "revert*", "code*", "agent*",
                "requeue dev|to", "rebase*", "resolve conflict*", "retry",
            ]
        ),
    ]

    init?(_ text: String) {
        guard let found = Self.table.first(in: text) else { return nil }
        self = found
    }
}
