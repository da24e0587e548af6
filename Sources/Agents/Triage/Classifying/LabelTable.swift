/// Words for kinds of blockers, as agents write them under `blocker_type`, `category` or `type`.
///
/// The first row that fits decides: what is more special stands before what is more general. Words are matched in any
/// spelling (`qa_failure`, `qaFailure`, `QA-FAILED`).
enum LabelTable {
    static let table: PhraseTable<BlockerClass> = PhraseTable(
        rows.enumerated().map { (meaning: $1.0, weight: Double($0), phrases: $1.1) }
    )

    private static let rows: [(BlockerClass, [String])] = [
        (
            .falsePositive,
            ["false positive*", "false alarm*", "false negative*", "spurious*", "flak*", "not a failure"]
        ),
        (
            .duplicateWork,
            [
                "duplicat*", "already done|merged|completed|complete|implemented|fixed|landed|resolved|exists",
                "no work needed|required|remaining",
                "redundant*", "obsolete", "superseded", "stale ticket", "work already", "already",
            ]
        ),
        (
            .routingError,
            [
                "rout* error|failure|failed|timeout", "dispatch error|failure|failed", "spawn* error|failure|failed",
                "router*", "routing*", "launch error|failure|failed",
            ]
        ),
        (.qaFailure, ["security*", "visual*", "ui regression", "layout*"]),
        (.externalSetup, ["external*", "third party*|parties", "vendor*"]),
        (.regressionFailure, ["regress*", "verify fail*", "broke existing", "unintended break*"]),
        (
            .specificationError,
            [
                "spec|specs|specification* error|invalid|incorrect|wrong|mismatch|conflict|contradict*|issue|problem|defect|bug|gap|missing|incomplete",
                "invalid|incorrect|wrong|bad|malformed|outdated|incomplete spec|specs|specification|ticket|criteria|requirement*|scope",
                "ticket error|invalid|incorrect|wrong|mismatch|defect|quality|malformed|contradict*|spec*",
                "contradict*",
                "criteria conflict*|contradict*|invalid|impossible|mismatch|error",
                "requirement* conflict*|contradict*|mismatch|error",
                "impossible criteria|requirement*", "missing spec*|files|file", "spec*",
            ]
        ),
        (
            .clarification,
            [
                "clarif*", "question*", "ambig*", "unclear*", "decision*",
                "needs input|guidance|direction|info|pm|decision", "requirement* unclear|missing|gap|question",
                "missing requirement*|information|info|context", "pm input|question|review",
                "scope question|unclear|unclarity|change|expansion|issue|conflict", "design question",
                "product question",
                "information needed|required",
                "awaiting pm|input|answer|feedback", "undefined requirement*", "underspecified", "open question",
                "requirement*", "human decision", "dependency", "blocked by ticket", "depends on",
            ]
        ),
        (
            .mergeConflict,
            [
                "merge conflict*", "git conflict*", "rebase conflict*", "conflict*", "merge fail*|failure|error|issue",
                "rebase fail*|failure",
            ]
        ),
        (
            .ownershipViolation,
            [
                "ownership*", "protected path|paths|file|files", "unowned*", "file lock*|reserved", "not owned",
                "reserv*", "lease*", "another|other agent*|ticket* ~ holds|owns|has|file*",
            ]
        ),
        (
            .guardViolation,
            ["guard*", "forbidden git|action|operation", "unauthorized push|merge|commit", "policy*", "by policy"]
        ),
        (
            .missingTooling,
            [
                "tool*", "missing helper|fixture|harness|endpoint|simulator|tools", "no harness", "test harness*",
                "qa endpoint*|api", "capability gap|missing", "lack* tool*",
            ]
        ),
        (
            .externalSetup,
            [
                "external*", "third party*|service*|parties", "vendor*", "credential*", "api key*", "apikey*",
                "account*", "license*", "licence*", "dns*", "domain verification|setup",
                "oauth*", "webhook setup", "provider setup|config*", "secret* missing|required|needed",
                "missing secret*|key|keys|credential*", "billing*", "manual setup",
                "setup required|incomplete|needed|missing", "subscription*", "ssl cert*|certificate",
            ]
        ),
        (
            .environment,
            [
                "env", "envs", "environment*", "config*", "local setup", "dependenc* missing|install*|error",
                "missing dependenc*|package|binary", "node version", "permission*", "access denied|issue|error|blocked",
                "network*", "disk*", "port conflict|in use", "sandbox*",
                "credentials missing", "install*", "system*", "os", "platform*", "workspace*",
            ]
        ),
        (
            .infrastructure,
            [
                "infra*", "server*", "service unavailable|down|outage", "database*", "db", "outage*", "unavailable*",
                "staging*", "deploy*", "build broken|environment|system|infra*", "main broken", "pre existing*",
                "preexisting*", "test limitation*", "testing limitation*|blocked|constraint",
                "test infrastructure*", "worktree*", "manual qa|testing|test|verification", "requires manual",
                "cannot test|verify", "unable to test|verify", "dev server", "docker*", "mcp*", "playwright*",
                "browser unavailable|missing|testing|automation", "test environment*", "hosting",
                "repository state|corrupt*", "blocked qa|testing", "untestable", "hardware*", "device*",
            ]
        ),
        (
            .timeout,
            [
                "timeout*", "timed out", "time limit|out", "max turns|iterations",
                "context limit|window|exhausted|overflow", "token limit|budget", "budget*", "deadline*", "silence",
                "stalled", "hung",
            ]
        ),
        (
            .ciFailure,
            [
                "ci", "continuous integration", "pipeline*", "github action*", "workflow*", "build server",
                "actions fail*", "check run*|suite",
            ]
        ),
        (
            .engineFailure,
            [
                "engine*", "agent crash*|error|failure|failed|died|terminated", "crash*",
                "session crash*|error|expired|terminated|lost|died", "rate limit*", "overload*",
                "api error|overload*|outage", "model error*|failure", "llm*", "quota*", "credit*",
                "process died|killed|exited", "oom", "cancelled", "canceled", "dependency refused", "branch state",
                "killed", "aborted", "internal error",
            ]
        ),
        (
            .qaFailure,
            [
                "qa*", "acceptance*", "quality*", "test* fail*|error*",
                "failed test*|qa|criteria|check*|verification|validation|review|acceptance", "typecheck*",
                "type check*|error*", "typescript*", "lint*", "compil*", "build fail*|error*|failure", "bug*",
                "defect*", "functional*", "incomplete*", "not implement*",
                "missing implementation|feature|functionality|output|validation|code", "implementation*", "rework*",
                "security*", "accessib*", "a11y", "performance*", "scope violation|creep|exceeded|error",
                "out of scope", "code review*|quality|issue*|fail*", "review fail*|rejected|reject*",
                "validation fail*|error*", "verification fail*|failure", "test*", "no work", "conflict markers",
                "secret*", "oversized*", "ui*", "visual*", "logic*", "build*", "fail*", "criteria*", "reject*",
                "changes requested", "unit*", "e2e*", "integration*", "runtime*", "data*",
            ]
        ),
    ]

    /// Words that only say that something is a blocker.
    static let empty: Set<String> = [
        "blocker", "blocked", "failure", "failed", "error", "other", "unknown", "issue", "general", "misc", "none",
        "na", "pending", "generic", "bug_report", "problem", "task",
    ]

    /// The class a label names; `nil` when it says nothing.
    static func blockerClass(_ label: String) -> BlockerClass? {
        let words = Words.tokens(Words.split(camelCase: label))
        if words.isEmpty || words.allSatisfy(empty.contains) || words == ["scope"] {
            return words == ["scope"] ? .clarification : nil
        }
        // That QA is blocked, or was not finished, says nothing about by what.
        if words.allSatisfy(["qa", "blocked", "blocker", "testing", "test", "incomplete", "unfinished"].contains),
            words.contains(where: { $0.hasPrefix("block") || $0.hasPrefix("incomplete") || $0.hasPrefix("unfinished") })
        {
            return nil
        }
        return table.first(in: label)
    }
}
