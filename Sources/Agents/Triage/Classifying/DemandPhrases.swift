/// Phrases that say what should be done about a blocker, and whose work that is.
enum DemandPhrases {
    static let table = PhraseTable<BlockerClass>([
        (
            .environment, 3,
            [
                "configure|set|provide|supply|define|populate|export|fix|repair|create|copy ~ env|environment|variable*|vars",
                "add|put ~ env|environment var*|vars|variable*|file|local",
                "install node|pnpm|npm|playwright|chromium|browser*|dependenc*|docker|postgres|redis|bash|python|jq|system|missing|the",
                "upgrade|downgrade|update|switch node|bash|pnpm|npm|python|docker", "run pnpm|npm|yarn install",
                "reinstall ~ dependenc*|node_modules|modules", "free ~ disk|space|port", "grant ~ permission*|access",
                "fix ~ script ~ syntax|compat*|bash", "restore ~ environment", "fix ~ local setup", "env file",
            ]
        ),
        (.environment, 4.5, ["add|put|set ~ env|environment var*|vars|variable*|file|local", "env local|file"]),
        (
            .infrastructure, 3,
            [
                "fix|repair|restore|restart|rebuild|stabilize|provide|provision|spin|bring|set ~ infrastructure|server|service|staging|database|cluster|docker|backend",
                "resolve|fix|clean|remove ~ conflict* ~ main|markers|branch", "resolve|remove ~ markers",
                "fix ~ build ~ main|first|before", "fix ~ main branch|main",
                "deploy ~ staging|test|preview|environment", "manual qa|testing|verification|test|tests|human",
                "human tester|qa|test*|verification", "manually|by_hand verify|test|check|confirm",
                "verify|test manually", "start ~ server|services|redis|postgres|docker|database|supabase",
                "reconnect|restart|enable ~ mcp|playwright|browser", "live ~ session|environment|infrastructure",
                "recreate ~ worktree", "fix qa infrastructure", "real device*|hardware",
            ]
        ),
        (
            .externalSetup, 3,
            [
                "create|register|open|set ~ account", "sign up",
                "obtain|get|purchase|buy|request|acquire|generate|provide|supply|rotate ~ api|license|licence|key|keys|token|credential*|certificate|secret*",
                "configure|set|add|create|update|verify|register ~ dns|domain|oauth|webhook*|stripe|twilio|sendgrid|google|apple|azure|aws",
                "accept ~ eula|terms|agreement", "upgrade ~ plan|tier|subscription", "enable ~ console|dashboard|api",
                "create|issue|order ~ api|browser|server|access key|keys|token|tokens",
                "download ~ place|put|deploy", "vendor support", "add ~ billing|payment method ~ account",
                "contact ~ vendor|support|provider",
            ]
        ),
        (
            .missingTooling, 3,
            [
                "create|build|implement|add|fix|extend|modify|develop|write|provide ~ qa|test|testing|tooling ~ endpoint|endpoints|tool*|helper|harness|fixture*|simulator|mock|script|api|seed*|setup",
                "tooling ticket", "tool* ~ ticket", "endpoint should create|support|accept|return",
                "extend ~ tool*|harness|helper", "add|build|create ~ tool|tooling|simulator|harness",
                "test ~ helper|harness", "seed* ~ script|endpoint|data", "extend ~ script|scripts|seed*|endpoint*",
                "when|once|after|as_soon_as ~ landed|exists|there|available ~ check|test|verify|retest|requeue*",
            ]
        ),
        (
            .clarification, 3,
            [
                "clarif*",
                "pm|human|product|owner|team|stakeholder*|user|someone decide*|choose*|confirm*|approve*|answer*|pick*|select*",
                "pm|human|product|owner|team|person must|should|needs|has|to ~ decide|choose|confirm|approve|clarify|answer|pick|specify|select",
                "need* ~ decision|direction|guidance|answer", "confirm with|whether|which|that ~ pm|intended|desired",
                "please advise|decide|confirm|choose|answer",
                "decide|choose|pick|select which|whether|between|one|how|if|on",
                "get|obtain|wait|await ~ decision|answer|approval|guidance|input",
                "wait|waiting for tkt|pm|decision|dependency", "merge tkt", "product decision",
                "ask ~ pm|product|owner|human",
            ]
        ),
        (
            .specificationError, 3,
            [
                "update|correct|fix|rewrite|revise|amend|change|edit|relax|reword|remove ~ ticket|spec|specs|specification|criteria|criterion|requirement*|fix_required|files_to_modify",
                "update|fix|correct|amend|change|drop|remove ac|ac1|ac2|ac3|ac4|ac5|ac6",
                "ticket should|must|needs|has ~ updated|corrected|rewritten|revised|closed|fixed|split|scoped",
                "close ~ invalid", "invalid ~ close", "mark ~ invalid", "correct ~ file path*|paths", "split ~ ticket",
                "re scope|rescope|rescoped", "clarify ticket|spec|criteria|acceptance",
            ]
        ),
        (
            .duplicateWork, 4,
            [
                "mark|marked|update|set ~ already|complete|completed|merged|done|duplicate|closed",
                "close ~ as|since|because ~ duplicate|complete*|merged|done|already", "close|cancel ~ ticket|duplicate",
                "no action|changes|work|further ~ needed|required|necessary|action", "update ~ tracking|tracker",
                "skip ~ ticket",
            ]
        ),
        (
            .falsePositive, 4,
            [
                "archive ~ blocker|false", "ignore ~ blocker|failure|this", "false positive*", "no fix needed|required",
                "dismiss*", "re run|rerun ~ tests pass",
            ]
        ),
        (
            .regressionFailure, 2,
            [
                "fix|repair|restore|revert ~ regression*", "without breaking",
                "restore ~ behavior|behaviour|previous|original|masking|tests",
            ]
        ),
        (
            .mergeConflict, 2.5,
            [
                "rebase ~ main|master|branch|onto", "resolve ~ merge|conflict*", "markers ~ resolved|removed|out",
                "merge main|master into",
                "from the landed head", "merge by hand",
            ]
        ),
        (
            .qaFailure, 1.5,
            [
                "fix|implement|correct|repair|rework|revert|restore|refactor|rename|handle|wire|replace|remove|add|update|change|ensure|move|adjust|delete|write|complete|check|apply|use|convert|make|extract|validate|import|create",
                "dev agent", "developer ~ must|should|needs", "continuation ticket", "rework required",
                "complete rework", "return to dev*", "cherry pick", "back to dev*",
            ]
        ),
    ])

    /// Weight of a statement that speaks of a person wherever it stands; others do so in a recommendation only.
    static let strong = 2.0

    /// Statements about a person having to act, with what denies them.
    static let person = PhraseTable<Bool>([
        (
            true, strong,
            [
                "human intervention",
                "human must|should|needs|has|required|action|input|decision|review|approval|attention|to|is",
                "requires human|manual|a_person|a_human|someone|pm|person|devops|engineer*|owner",
                "manual intervention|setup|action|step*|configuration|qa|testing|verification|review",
                "somebody|someone|whoever|management|product_owner|account_owner|ticket_owner|repo_owner|code_owner|stakeholder* ~ must|has_to|have_to|needs_to|need_to|should|shall",
                "platform|infrastructure|infra|security|data|design|legal|finance|network|operations|ops|product|it team|department|people ~ must|has_to|have_to|needs_to|need_to|should",
            ]
        ),
        (
            true, 1,
            [

                "require* ~ human|person|pm|manual", "needs human|manual|pm|a_person|a_human|someone|devops",
                "need a human|person|pm", "need human|pm|manual",
                "human|person|pm|someone|devops|administrator|operator|maintainer|engineering|team must|needs|should|has|need|required|will ~ configure|provide|set|create|add|decide|resolve|fix|run|verify|approve|install|clarify|update|choose|confirm|review|obtain|register|sign|test|start|restart|rotate|deploy|answer|intervene|complete|do|specify|select|manually|grant|upgrade|be",

                "assign human|a_person|a_human",
                "escalate* to human|a_human|pm|person|engineering|devops|owner|product|team", "escalat* human",
                "route* to human|pm", "notify human|pm|devops|engineering|owner",
                "ask ~ human|pm|product|owner|devops|admin|maintainer",
                "contact ~ human|pm|devops|admin|owner|it|support",
                "automated|ai|coding|dev|qa agents|agent cannot ~ do|fix|resolve|safely|create|access|set|perform|obtain",
                "pm to decide|clarify|choose|confirm|update|provide|approve",
                "waiting for|on human|pm|person|owner|product", "awaiting human|pm|decision|approval|owner",
                "by a human|person", "beyond ~ agent", "out of ~ agent control", "devops to|team", "human qa|tester",
            ]
        ),
    ])
}
