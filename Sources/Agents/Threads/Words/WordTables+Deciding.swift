/// How people say what shall be done.
extension WordTables {
    /// Verbs that, at the beginning of a clause, tell somebody to do something.
    static let verbs: Set<String> = Set(
        """
        abort accept ask do activate add adjust adopt advise aggregate alert align allow alphabetize amend animate annotate append apply \
        archive assign assume attach audit authenticate authorize auto autofill automate avoid await back backfill backup ban \
        base batch begin block book boost bring broadcast bucket buffer build bump bundle buy bypass cache calculate call cancel \
        cap capture catch center centralize change charge check choose clamp clean clear clip clone close code collapse collect \
        combine compress compute configure confirm connect consider consolidate constrain contact convert copy correct count \
        cover create credit crop cut deactivate debounce debug decouple decrease dedupe deduplicate default defer define delay \
        delete denormalize deny deploy deprecate derive design detect determine diff direct disable disallow disconnect discard \
        display distinguish document doublecheck downgrade drop dedicate duplicate edit email emit enable encode encrypt end \
        enforce enhance ensure enter enumerate escalate escape establish evict exclude execute exempt expand expire export \
        expose extend extract fail fall fetch fill filter find finish fix flag flatten flip flush focus follow force format \
        forward freeze generate get give go grant gray grey group guard handle hardcode harden hash have hide highlight \
        hold hook honor honour implement import improve include increase increment index inform initialize inject inline insert \
        inspect install instruct integrate introduce invalidate invert investigate invite invoke isolate iterate join keep kill \
        label launch lazy leave let lift limit link list listen load localize lock log lower maintain make map mark mask match \
        measure memoize mention merge message migrate mimic minify mirror mitigate mock modify monitor mount move mute nest \
        normalize notify nudge obfuscate offer omit open optimize order organize override overwrite pad paginate parse partition \
        patch pause persist ping pin place plan poll populate port post prefetch prefix prepend preserve prevent print prioritize \
        process prohibit prompt proxy prune publish pull purge push put query queue quote raise randomize rate reactivate read \
        rebuild recalculate record recover redact redesign redirect reduce refactor refer refresh refund refuse regenerate \
        register reject relabel relax release reload rely remind remove rename render reopen reorder reorganize replace reply \
        report request require reserve reset resize resolve respect respond restore restrict restructure retain retry return reuse \
        revert review revoke rewrite roll rollback rotate round route run sample sanitize save scale scan schedule scope scroll \
        search secure seed select send separate serve set setup shard share ship shorten should show shrink shut sign simplify \
        simulate sort specify split spin stage standardize start stay stick stop store stream strip style submit subscribe \
        subtract supply support suppress surface suspend swap switch sync synchronize tag take target tell terminate test \
        throttle throw tie tighten time toggle track transform translate treat trigger trim truncate trust try tune turn \
        type unblock undo unify uninstall unlock unpublish unsubscribe update upgrade upload upsert use utilize validate \
        verify version vary wait warn watch whitelist blacklist widen wire wrap write zip
        """
        .split(separator: " ").map(String.init)
    )

    /// Beginnings that make the clause say what shall be.
    static let deciding = PhraseSet([
        "lets", "let it", "let them", "let the", "let users", "let visitors", "let agents", "let admins", "make sure",
        "be sure",
        "i want", "we want", "i need", "we need", "i would like", "we would like", "i prefer", "we prefer",
        "i would prefer",
        "we would prefer", "prefer", "i would rather", "id rather", "id prefer", "id like", "id go", "id say", "id do",
        "we would rather", "i would say", "i would go", "i would do", "i would just", "i like", "i vote", "my vote",
        "my choice",
        "my decision", "my preference", "i choose", "i pick", "i chose", "i picked", "i select", "i decided",
        "i have decided",
        "we decided", "we have decided", "decision is", "the decision is", "i am leaning", "leaning", "i lean",
        "we should",
        "we must", "we have to", "we need to", "we will", "we can just", "we can do", "we can use", "we could just",
        "we could do",
        "we could use", "we could add", "you should", "you can just", "you can use", "you must", "you need to",
        "they should",
        "they must", "it should", "it must", "it needs to", "it has to", "it needs", "this should", "this must",
        "this needs",
        "this has to", "this needs to", "that should", "that must", "there should", "there must", "there needs to",
        "users should",
        "everyone should", "should be", "should have", "should only", "should just", "should also", "should always",
        "should never",
        "must be", "must have", "must not", "needs to", "need to", "has to", "have to", "have the", "have a", "have it",
        "have them",
        "have claude", "have dev", "have an", "need a", "need the", "want a", "want the", "want to", "go with",
        "going with",
        "go for", "go to", "do whatever", "do what", "do the", "do a", "do an", "do both", "do all", "do not",
        "do this for",
        "do it for", "do it with", "do it in", "do it the", "do it by", "do it like", "do it on", "do it via",
        "do it only",
        "do something", "do one", "do x", "dont allow", "dont let", "dont show", "dont use", "dont add", "dont remove",
        "dont delete",
        "dont send", "dont block", "dont store", "dont log", "dont charge", "dont make", "dont change", "dont create",
        "dont include",
        "dont hide", "dont expose", "dont just", "dont forget", "dont even show", "dont display", "dont count",
        "dont require",
        "dont touch", "dont break", "never", "no more", "whatever is", "whatever the", "whatever you think",
        "whatever makes",
        "whatever works", "whatever best", "what ever is", "whichever", "your call", "you decide", "you choose",
        "you pick",
        "up to you", "its up to you", "use your judgement", "use your judgment", "use best", "best practice |",
        "best practices |",
        "industry standard |", "industry best practice |", "standard practice |", "follow best", "only allow",
        "only show",
        "only do", "only use", "only the", "only for", "only if", "always", "by default", "default to", "the fix is",
        "the fix should", "the solution is", "the answer is", "what i want", "what we want", "what i need",
        "what we need",
        "all we need", "all i want", "just do", "just use", "just add", "just make", "just remove", "just show",
        "just need",
        "would be nice", "would be good", "would be great", "would be best", "would be better", "nice to have",
        "better to",
        "its better to", "it would be better", "it would be nice", "it would be good", "it would be great",
        "it would be best",
        "best to", "its best to", "easiest", "instead of", "rather than", "i think we should", "i think it should",
        "combination of", "combine", "mix of", "hybrid", "a combo", "combo of", "in between", "somewhere between",
        "ask the user", "ask for", "the dev should", "dev should", "the agent should", "agents should", "admins should",
        "visitors should", "customers should", "the user should", "the admin should", "the visitor should",
        "the system should",
        "the server should", "the widget should", "as long as", "works but", "per the", "according to", "same way",
        "similar to",
        "the same as the", "same as", "allow it", "not allowed", "shouldnt be", "it shouldnt", "they shouldnt",
        "we shouldnt", "users shouldnt",
        "this shouldnt", "agents shouldnt", "admins shouldnt", "visitors shouldnt", "must be able", "show it",
        "delegate", "make it",
    ])

    /// Words in which a statement sets what shall be, wherever they stand in it.
    static let shaping: Set<String> = ["should", "must", "shall", "shouldnt", "mustnt", "ought"]

    /// What may stand around a pointer without adding to it.
    static let choosing: Set<String> = [
        "lets", "let", "me", "i", "we", "will", "would", "want", "to", "choose", "chose", "pick", "picked", "picking",
        "select",
        "selected", "selecting", "go", "going", "gonna", "with", "for", "do", "doing", "take", "use", "prefer", "like",
        "vote",
        "rather", "think", "say", "please", "just", "my", "choice", "answer", "decision", "the", "number", "implement",
        "option",
        "options", "am", "id", "ill", "on", "would", "should", "can", "preference", "leaning", "towards", "toward",
        "probably",
        "maybe", "definitely", "yes", "ok", "sure", "so", "then", "it", "that", "this", "and", "apply", "proceed",
        "follow",
        "as", "per", "your", "guess", "try", "feel", "believe", "chosen", "choosing", "choices", "approach", "going",
        "decided", "decide", "have", "opt", "approve", "approved", "accept", "agree", "confirm", "add", "resolution",
        "roll", "rolling", "went", "stick",
    ]

    /// What may follow a pointer without adding to it.
    static let trailing: Set<String> = [
        "please", "thanks", "thank", "you", "is", "are", "looks", "look", "sounds", "sound", "seems", "works", "good",
        "fine",
        "best", "better", "great", "ok", "right", "makes", "make", "sense", "most", "the", "for", "now", "me", "us",
        "here", "this",
        "that", "it", "one", "ones", "option", "options", "on", "finding", "approach", "way", "fix", "solution",
        "route", "path",
        "then", "i", "think", "imo", "definitely", "probably", "ahead", "perfect", "only", "of", "them", "these",
        "those", "above",
        "thumbsup", "to", "works", "choice", "issue", "ticket", "sure", "yes", "and", "all", "both", "want", "prefer",
        "go", "with", "by",
        "correct", "plan", "a", "reasonable", "solid", "also", "too", "would", "be", "love", "like", "lets", "do",
    ]

    /// Verbs that say something of an option and do not choose it.
    static let stating: Set<String> = [
        "was", "were", "has", "had", "will", "breaks", "broke", "would", "does", "doesnt", "isnt", "wont", "wouldnt",
        "cant", "didnt", "means", "needs", "requires", "costs", "took", "takes", "failed", "fails",
    ]

    /// Words by which what is said of an option chooses it: `option 2 would be best`.
    static let praising: Set<String> = [
        "good", "best", "better", "fine", "great", "ok", "perfect", "right", "works", "preferred", "preferable",
        "ideal",
        "enough", "reasonable", "solid", "sense", "do", "it", "approved", "chosen", "way",
    ]

    /// Names of what a thread recommends.
    static let recommended = PhraseSet([
        "recommended option", "recommended approach", "recommended fix", "recommended solution", "recommended action",
        "recommended one", "recommended way", "recommended", "recommendation", "recommendations", "what you recommend",
        "what you recommended", "whatever you recommend", "whatever you recommended", "what you suggest",
        "what you suggested",
        "whatever you suggest", "whatever is recommended", "what is recommended |", "suggested fix", "suggested option",
        "suggested approach", "suggested solution", "suggestion", "suggestions", "suggested", "best option",
        "proposed fix", "proposed solution",
        "proposed option", "proposed approach", "proposal", "default option", "you recommend", "you recommended",
        "you suggest",
        "you suggested", "documented recommendation", "documented fix",
    ])

    static let numberWords: [String: Int] = [
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "i": 1, "ii": 2, "iii": 3, "iv": 4,
    ]

    static let ordinals: [String: Int] = [
        "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
        "sixth": 6, "6th": 6, "former": 1, "top": 1,
    ]

    /// Words that carry no subject, so two texts that share them are not about the same thing.
    static let empty: Set<String> = Set(
        """
        a an and are as at be been but by can do for from has have i if in into is it its just lets me my no not of on only or our \
        out please should so some that the their them then there these they this those to up us use was we what when which will \
        with would yes you your me us enough go going add make option options recommended skip one also any all both like want think
        """
        .split(separator: " ").map(String.init)
    )
}
