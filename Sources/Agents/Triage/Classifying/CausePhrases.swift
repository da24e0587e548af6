/// Phrases that name a cause, in what a blocker says has happened.
enum CausePhrases {
    static let table = PhraseTable<BlockerClass>([
        (
            .environment, 3,
            [
                "environment|env variable*|var*|vars", "no environment|env variable*|vars", "missing env|environment",
                "env file", "env local", "environment config*", "config* missing|absent ~ environment",
                "environment ~ not configured|set|ready|working", "bad substitution", "command not found",
                "not installed", "not been installed", "permission denied", "no space left", "disk full",
                "address already in use", "eaddrinuse", "wrong node|python|java|version", "node version",
                "module version mismatch", "environment problem|issue|failure|misconfig*|broken|error",
                "environment blocker", "test environment ~ broken|misconfig*|incomplete",
                "supabase|database|redis|stripe|clerk|firebase url|key ~ required|missing",
                "missing supabase|stripe|redis|database|clerk|firebase config*|credential*|url|key",
                "configuration missing", "not configured in|on|for ~ environment|machine|sandbox|runner",
                "local machine", "operating system", "shell incompat*", "bash 3|4|version", "macos default",
                "browsers|browser|chromium ~ not|missing ~ install*|binary|found", "enospc", "eacces",
                "eperm", "dependencies not installed|missing", "node_modules missing|corrupt*|not", "corepack",
                "dlopen", "glibc", "architecture mismatch", "darwin|arm64|x64 ~ module|binary", "environment",
                "unsupported engine|version", "this machine|box|host has", "docker sock",
                "shared object|library|libraries",
                "sudo ~ not available|allowed|permitted",
            ]
        ),
        (
            .infrastructure, 3,
            [
                "infrastructure", "server ~ down|unreachable|unavailable|crash*|offline",
                "server ~ fails|cannot|not ~ start|run|boot|compile",
                "dev server ~ fail*|not|down|crash*|error*", "service ~ down|unavailable|unreachable|outage",
                "database ~ down|unreachable|unavailable|offline", "connection refused", "econnrefused", "503", "502",
                "merge conflict marker*", "unresolved ~ merge conflict*", "conflict markers in main",
                "main ~ broken|does_not_compile|fails_to_build", "build ~ broken|fails|failing|fail on|in main",
                "pre existing build|compile|compilation", "preexisting build",
                "cannot|will_not|unable_to|does_not compile|load|start",
                "staging ~ down|unavailable|broken|missing|required",
                "no staging", "test|testing infrastructure", "live ~ session",
                "requires live|real|physical|actual ~ device*|session*|hardware|call|infrastructure",
                "manual qa|testing", "api ~ endpoint* ~ not functional|working|found|available|exist",
                "endpoint* return* 404|500", "returns 404", "docker ~ not|down|unavailable",
                "worktree ~ corrupt*|missing|broken|gone|deleted", "corrupt* worktree|checkout|repository",
                "branch ~ does_not exist",
                "no such branch", "mcp ~ not|unavailable|disconnected|down", "browser automation ~ unavailable|not",
                "blocking all", "affects all", "all ui test*", "websocket ~ infrastructure|unavailable", "outage",
                "dns ~ fail*|resolution", "certificate expired",
                "vercel|netlify|aws|railway|heroku ~ down|outage|fail*", "deployment fail*|broken|not available",
                "cluster", "test runner ~ broken|unavailable", "port ~ not responding|closed", "unreachable",
                "certificate has_expired|is_expired|expired",
            ]
        ),
        (
            .externalSetup, 3,
            [
                "external setup", "external service|account|integration|dependency|provider", "third party",
                "api key* ~ missing|required|needed|not|absent",
                "missing|no|without|requires|needs api_key*|license_key*|account|credential*|subscription",
                "license|licence key*", "account ~ created|creation|required|needed|signup|registration", "sign up",
                "signup required", "dns record*", "domain ~ verif*",
                "stripe dashboard|account|product*|price*|webhook*",
                "oauth ~ app|client|consent|credential*", "google cloud|console",
                "database file ~ not|missing|deployed", "not deployed", "manually deployed", "gitignored", "eula",
                "terms of service",
                "twilio|sendgrid|maxmind|sentry|datadog|mailgun|postmark|resend|algolia|mapbox|cloudflare|metered ~ account|key|credential*|setup|token|dashboard|not_configured",
                "vendor", "billing plan", "paid plan", "app store", "apple developer", "production secret*",
                "ssl certificate", "smtp credential*",
                "developer portal|console|account", "back office", "account holder", "credit card", "free plan|tier",
                "payment required", "merchant account",
            ]
        ),
        (
            .missingTooling, 3,
            [
                "tooling", "tooling gap", "no tool*|way|mechanism|endpoint|helper|fixture|means to|for|exists|that",
                "tool*|tooling ~ missing|lack*|insufficient|does_not|cannot|creates|limited|unsupported",
                "missing ~ tool*|helper|harness|fixture|simulator", "qa endpoint|endpoints|tool*|api|helper*",
                "cannot simulate|trigger|generate|impersonate|seed|mock|create ~ test",
                "unable ~ simulate|trigger|seed|mock|impersonate",
                "no test data|user|users|account|harness|fixture*|seed", "test data ~ missing|generator|creation|seed*",
                "test harness", "test setup|helper ~ creates|cannot|does_not|lacks|missing", "setup multi",
                "magic link",
                "needs a tool|helper|endpoint|script|harness", "lack* ~ endpoint|tool*|helper|harness|ability",
                "capability ~ missing|gap", "not verified|verifiable|checkable|testable ~ no|knows|same|nothing|cannot",
                "small helper|script|tool ~ enough|needed|would", "no switch|option|flag for",
                "seeder|seed ~ learn|support|produces",
                "not reachable for ~ agent",
            ]
        ),
        (
            .clarification, 2.5,
            [
                "unclear", "not clear", "ambigu*", "clarif*",
                "which approach|option|one|of|behavior|behaviour",
                "needs|need|requires|awaiting|waiting|require ~ decision|direction|guidance|input|answer",
                "not specified|defined", "does not say|specify|define|mention|state",
                "undefined behavior|behaviour", "two|multiple|several interpretations|ways|approaches", "open question",
                "should we|it|i|this|the", "pm decision", "product decision", "design decision", "underspecified",
                "vague", "lacks ~ guidance|detail*|direction", "no guidance|direction|decision",
                "depends on|blocked by tkt", "waiting on|for ~ tkt", "question for pm|product",
                "cannot proceed without ~ decision|pm|answer", "asked a question",
            ]
        ),
        (
            .specificationError, 3,
            [
                "contradict*", "conflicting requirements|criteria|instructions|information|acceptance",
                "criteria|ac ~ conflict*|contradict*|impossible|incompatible|mutually",
                "conflicts with ac|ac1|ac2|ac3|ac4|ac5|criterion|criteria|requirement|spec",
                "ticket|spec|specification* ~ incorrect|wrong|invalid|mistaken|erroneous|outdated|mismatch|inconsistent",
                "incorrect|wrong|invalid|outdated|mistaken ~ ticket|spec|specification|fix_required|file_path*|paths|field",
                "invalid ticket", "ticket was mistakenly|wrongly|incorrectly",
                "files|file|path|paths|component|function|module ~ do_not_exist|does_not_exist|not_found_in",
                "listed|referenced|named|specified file* ~ not|missing|nonexistent",
                "nonexistent|non_existent file*|component|path|function",
                "fix required ~ unrelated|wrong|incorrect|mismatch",
                "impossible to satisfy|meet|implement",
                "criterion|criteria ~ nothing|nobody|no_code can ~ meet|satisfy",
                "no code|implementation can ~ satisfy|meet|fulfil*", "forbids what ~ demands|requires|asks",
                "cannot ~ both|satisfy|satisfied ~ criteria|ac|true|be",
                "mutually exclusive",
                "spec mismatch", "mismatch between ~ ticket|spec|issue", "empty files array",
                "ticket ~ empty|placeholder", "based on ~ wrong|outdated|false assumption*|premise*",
                "wrong assumption|premise", "no such file ~ ticket", "feature ~ removed|no longer exists",
                "no implementation ~ requested|needed", "explanation request",
                "cannot ever ~ hold|pass|be_met", "strike one|either", "code can ~ do|satisfy|meet both",
                "asks for ~ forbids",
            ]
        ),
        (
            .duplicateWork, 4,
            [
                "already been completed|merged|implemented|done|fixed|landed|resolved|shipped|delivered|addressed|approved",
                "already completed|complete|merged|implemented|done|fixed|landed|resolved|shipped|live|in_main|on_main|in_production|satisfied|met|addressed|delivered|closed|been_done",
                "duplicate work|ticket|effort", "duplicate of", "no|nothing work|left|remaining to|left do|implement",
                "no work to do|needed|required|left|remaining", "nothing to do|implement|change|fix",
                "no differences ~ main|branch", "same implementation ~ main", "superseded by",
                "identical to main",
                "nothing left", "word for word", "went out with|in ~ release", "no commits of_its_own",
            ]
        ),
        (
            .regressionFailure, 2.5,
            [
                "regression*", "broke|breaks|broken existing|other|unrelated|previously",
                "broke|breaking|breaks tests|code ~ outside", "tests ~ outside ~ scope", "outside ~ ticket scope",
                "previously passing|passed|worked|working", "used to pass|work", "unintended breakage",
                "no_longer pass*|work*",
                "untouched by ~ ticket|change|branch", "fine before", "on main ~ is_fine|works|passes", "bisected to",
            ]
        ),
        (
            .ciFailure, 2.5,
            [
                "ci failed|failure|failing|fails|failed|detected|run|job|build|pipeline|check|checks|is",
                "github action*", "pipeline fail*", "workflow run|fail*", "build server", "circleci", "gitlab ci",
                "jenkins", "status check*",
                "required check*", "check* ~ is|are|went|turned red",
            ]
        ),
        (
            .mergeConflict, 2,
            [
                "merge conflict*", "conflict* ~ main|master|rebase|merge|merging", "rebase fail*|conflict*",
                "cannot|could_not merge|rebase", "both modified", "automatic merge failed",
                "could not apply", "rebase ~ aborted|stopped",
                "branch ~ does_not|cannot|will_not go|apply ~ top|cleanly",
                "rewrote|rewritten|changed ~ same ~ lines", "redo ~ change|work ~ on",
                "against ~ old shape|version|code",
            ]
        ),
        (
            .ownershipViolation, 2.5,
            [
                "not own|owned", "outside ~ ownership", "ownership violation", "owned by ~ agent",
                "changed ~ file* ~ not own", "protected path*", "leased to", "reserved by|for tkt|another|agent",
                "reservation of ~ agent|ticket|tkt", "write refused",
                "file*|path* ~ belong* ~ other|another team*|ticket*|agent*",
                "belong* to somebody|someone_else*", "rejected path*", "and nobody else*",
            ]
        ),
        (
            .guardViolation, 3,
            [
                "guard ~ refused|violation|stopped", "tried_to|attempted_to|attempted push|merge|move|force",
                "pushed to main",
                "merged ~ own branch", "force push*", "moved ~ ref",
                "call|command|push denied|refused|blocked", "command filter|policy",
                "policy ~ stops|stopped|refuses|refused|blocks|blocked",
                "weakening|disabling of checks|tests", "rewrite ~ history", "switched|turned off ~ tests|cases|checks",
            ]
        ),
        (
            .timeout, 2.5,
            [
                "time limit", "timed out after", "agent|session|run|engine ~ timed_out|timeout", "wall clock",
                "max turns", "context window|limit ~ exceeded|exhausted|full",
                "ran out of time|turns|tokens|context|budget",
                "session|time|token budget ~ exceeded|exhausted|over|used",
                "minutes|hours|time were|was|is|are over|up", "limit ~ exceeded|reached ~ session|run",
                "printed nothing", "silence limit", "token budget",
            ]
        ),
        (
            .engineFailure, 2.5,
            [
                "agent|engine|session|process crash*|died|exited|terminated|killed|aborted",
                "rate limit* ~ exceeded|reached|hit|429", "429", "overloaded",
                "credit* ~ exhausted|low|out|insufficient", "api error", "model ~ unavailable|error",
                "segmentation fault", "out of memory", "heap out", "unexpected* ~ exit*|terminat*", "usage limit",
                "quota exceeded", "invalid api key", "authentication_error", "internal server error ~ api",
                "stream disconnected|closed|ended", "disconnected before", "session closed", "exit 137",
            ]
        ),
        (
            .routingError, 3,
            [
                "spawnsync", "spawn ~ enoent|etimedout|failed|error",
                "failed to route|dispatch|spawn|launch|start ~ agent|ticket|session|worktree|worker",
                "failed to create worktree", "routing fail*|error", "router ~ fail*|error|crash*|timeout",
                "dispatch* fail*|error", "could not be started|routed|dispatched|launched", "never started",
                "no agent ~ available|started", "worktree add failed",
                "session|agent was not_started", "never got ~ agent", "worktree add ~ fatal|already",
                "already checked out",
            ]
        ),
        (
            .falsePositive, 4,
            [
                "false positive*", "false alarm*", "false negative*",
                "tests|test|suite|checks actually|all pass|passed|passing",
                "actually pass*", "no actual|real failure*|regression*|failures",
                "not a real|genuine|actual|true failure|regression|bug|issue", "all tests pass*", "no regression*",
                "spurious",
            ]
        ),
        (
            .qaFailure, 1.5,
            [
                "acceptance criteria|criterion fail*|not|unmet|missing|incomplete",
                "criteria|criterion ~ fail*|unmet|not_met|not_satisfied",
                "ac1|ac2|ac3|ac4|ac5|ac6|ac7|ac fail*|not|missing",
                "does|do not render|work|display|match|appear|show|trigger|validate|save|update|handle|respond|persist|load|close|open|redirect|fire|include|exist",
                "not rendered|implemented|displayed|handled|working|wired|called|validated|shown|visible|saved|updated|enforced|applied|connected|met|found in",
                "missing validation|implementation|test|tests|error|handler|check|import|component|feature|functionality|button|field|case|code|migration|null",
                "typecheck|typescript|type|lint|eslint|compile|compilation|build|syntax error*|fail*",
                "unused import*|variable*", "test* fail*", "fail* test*", "qa failed|failure|rejected|fails",
                "validation failed", "incomplete|partial implementation", "zero|no ~ changes made|were",
                "undefined is not", "null pointer", "typeerror", "referenceerror", "bug",
                "incorrect behavior|behaviour|value|result|output|order|text|color|count|status",
                "wrong value|text|color|order|status|behavior|result|message|endpoint|label",
                "security vulnerab*|regression|issue|hole", "vulnerab*", "out of scope change*",
                "changes ~ out of scope", "rework", "hard coded", "hardcoded", "crashes when|on", "throws",
                "instead of", "expected", "broken", "do not merge", "back to ~ developer", "supposed to",
            ]
        ),
    ])
}
