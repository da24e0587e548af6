/// How people agree, thank, and point.
extension WordTables {
    /// Agreement that names nothing itself.
    static let agreeing = PhraseSet([
        "yes", "go with that", "go with it", "go with this", "lets go with that", "lets go with it", "do that one",
        "take that one", "thumbsup", "sure", "sure thing", "of course", "absolutely", "definitely", "certainly",
        "totally",
        "indeed", "exactly",
        "correct", "affirmative", "obviously", "100%", "hell yes", "for sure", "by all means", "go ahead", "go for it",
        "please go ahead", "please do", "please do so", "please proceed", "proceed", "carry on", "continue", "approved",
        "approve",
        "approve it", "approve this", "i approve", "i approve this", "confirmed", "confirm", "agreed", "agree",
        "i agree",
        "i agree with this", "i agree with that", "i agree with you", "totally agree", "completely agree",
        "fully agree", "accept",
        "accepted", "i accept", "ship it", "make it so", "make it happen", "green light", "greenlight", "thumbs up",
        "lgtm",
        "do it", "do this", "do that", "do so", "lets do it", "lets do this", "lets do that", "lets go",
        "lets go ahead",
        "lets proceed", "fix it", "fix this", "fix that", "fix |", "fix please", "fix now", "fix this issue",
        "fix the issue",
        "fix this bug", "fix the bug", "fix the problem", "fix this please", "implement it", "implement this",
        "implement that",
        "implement |", "implement please", "implement the fix", "implement fix", "implement_fix", "apply the fix",
        "apply fix", "apply it", "apply this", "add it", "add this", "add that", "build it", "build this",
        "add it please", "lets fix it",
        "lets fix this", "lets fix that", "lets add it", "lets add this", "lets implement it", "lets implement this",
        "lets implement", "lets build it", "we should do this", "we should do it", "we should do that",
        "we should fix this",
        "we should fix it", "we should fix that", "we should implement this", "we should implement it",
        "we should add this",
        "we should add it", "we need this", "we need this fixed", "we need to fix this", "we need to fix it",
        "we need to do this",
        "i want this", "i want this fixed", "i want it", "we want this", "we want that", "i want that",
        "needs to be fixed", "this needs to be fixed",
        "this should be fixed", "should be fixed", "must be fixed", "please fix", "please fix this", "please fix it",
        "please add",
        "please implement", "why not", "create ticket", "create a ticket", "create the ticket", "make a ticket",
        "make ticket",
        "open a ticket", "create a ticket for this", "create ticket for this", "make a ticket for this", "ticket it",
        "ticket this",
        "works for me", "that works", "that works for me", "this works", "this works for me", "works |", "fine by me",
        "fine with me", "fine with that", "i am fine with that", "i am fine with this", "i am ok with that",
        "i am ok with this",
        "i am good with that", "i am good with this", "ok with me", "ok by me", "good with me", "good by me",
        "happy with that",
        "i am happy with that", "that is fine", "that is ok", "that is good", "thats it", "that is right",
        "that is correct",
        "this is right", "this is correct", "this is good", "this is great", "this is a good idea", "good idea",
        "great idea",
        "good call", "please |", "sounds good", "sounds great", "sounds fine", "sounds right", "sounds reasonable",
        "sounds perfect", "sounds like a plan", "looks good", "looks great", "looks fine", "looks right", "look good",
        "looks good to me", "looks ok", "sounds ok", "i like it", "i like that", "i like this", "like it", "love it",
        "perfect",
        "as you said", "as you say", "as described", "as above", "as stated", "as proposed", "that one", "this one",
        "makes sense lets do it", "ok to proceed", "ok to merge", "ok go", "go |", "go go", "good to go", "want this",
        "right |",
        "do the fix", "take care of it", "take care of this", "handle it", "handle this", "get it done",
        "get this done",
        "get it fixed", "get this fixed", "work on it", "work on this", "start on this", "start on it",
        "lets get this done",
    ])

    /// Agreement that might as well only say that it was read; the thread tells which.
    static let noting = PhraseSet([
        "ok", "thanks", "thank you", "thank u", "thanks a lot", "thanks so much", "many thanks", "thanks for",
        "thank you for",
        "appreciate", "i appreciate", "appreciated", "much appreciated", "got it", "i got it", "understood",
        "i understand",
        "i understand now", "understand |", "noted", "acknowledged", "acknowledge", "i see", "ah i see", "makes sense",
        "that makes sense", "this makes sense", "that makes sense now", "good to know", "fair enough", "fair point",
        "fair |",
        "that is exactly what i needed", "that is what i needed", "will do", "cool", "nice", "great", "awesome",
        "excellent", "wonderful", "amazing", "good |", "good job",
        "good work",
        "great job", "great work", "nice work", "nice job", "well done", "let me see", "nice catch", "good catch",
        "good point", "great point", "good find", "good explanation", "great explanation", "nice explanation",
        "will review", "will think", "will get back", "ill get back", "i will get back", "will let you know",
        "ill let you know",
        "i will let you know", "ill look", "ill check", "ill think", "ill review", "i will review", "ill ask",
        "i will ask", "will ask",
        "ill test", "i will test", "ill try", "i will try", "ill do it", "i will do it", "i will do this", "ill handle",
        "i will handle",
        "ill take", "i will take", "ill talk", "i will talk", "ill discuss", "i will discuss", "need to think",
        "i need to think",
        "nice find", "great catch", "great find",
        "very good", "super", "sweet", "fantastic", "brilliant", "neat", "done |", "done now", "all done",
        "its done now",
        "i have done it", "i did it", "did it", "completed |", "finished |", "read |", "seen |", "saw it", "i saw it",
        "no problem", "no worries", "np", "interesting", "that helps", "this helps", "helpful", "very helpful",
        "clear now",
        "all clear", "clear |", "ah ok", "oh ok", "okay then", "for your information", "no further questions",
        "no questions",
        "will check", "will look", "will take a look", "i will take a look", "i will check", "i will look",
        "looking into it",
        "let me think", "i will think", "let me check", "let me look", "give me a minute", "one sec", "one moment",
        "hold on",
        "on it", "i am on it", "checking", "received", "phew", "that is neat", "thats neat", "that is cool",
        "thats cool",
        "that is nice", "thats nice", "will read", "i will read", "ill read", "totally forgot",
        "i had totally forgotten",
        "i had forgotten", "let me sleep", "sleep on it", "waiting for", "waiting on", "i am waiting", "will tell you",
        "i will tell you", "ill tell you", "sorry for the delay", "sorry for the late", "was on holiday",
        "was on vacation", "was away", "copy that", "copy |", "aha", "exactly what i needed",
    ])

    /// Words before the point that change nothing about it.
    static let fillers = PhraseSet([
        "no wait", "hmm wait", "oh wait", "ah wait", "actually wait", "so", "well", "and", "but", "also", "then", "hmm",
        "hm", "hmmm", "mm", "mhm", "um", "umm", "uh", "oh", "ah",
        "eh", "hey",
        "hi", "hello", "team", "guys", "folks", "everyone", "all right", "actually", "honestly", "basically", "just",
        "simply",
        "please", "maybe", "perhaps", "probably", "possibly", "i think", "i would think", "i guess", "i suppose",
        "i feel like",
        "i feel", "i believe", "imo", "in my opinion", "for now", "for me", "to me", "to be honest", "tbh", "again",
        "as i said",
        "like i said", "as mentioned", "i mean", "you know", "anyway", "anyways", "btw", "by the way", "ideally",
        "additionally",
        "first of all", "first", "firstly", "second of all", "secondly", "lastly", "finally", "however", "though",
        "although",
        "in that case", "in this case", "then i", "if possible", "for this", "for this one", "on this one", "still",
        "plus", "or",
        "ultimately", "overall", "now", "really", "generally", "likely", "personally", "i mean just", "my bad", "sorry",
        "oops",
        "ahh", "ohh", "ugh", "argh", "yikes", "ouch", "haha", "hehe", "damn", "wow", "haha", "lol", "lmao", "ok so",
        "at least", "at minimum", "at a minimum", "more importantly", "importantly", "instead", "rather",
        "yet", "nor", "to start", "to be clear", "to clarify", "dude", "bro", "man", "mate", "sir", "dear",
        "good morning",
        "good afternoon", "morning", "regarding this", "about this", "re", "as for", "short answer", "long answer",
        "seriously",
        "obviously", "clearly", "of these", "for the record", "fwiw", "afaik", "iirc", "out of curiosity", "quick one",
        "next",
        "after that", "otherwise", "else", "if so", "if not", "if yes", "if no", "if needed", "if necessary",
        "if its easy",
        "if it is easy", "if thats the case", "if that is the case", "always", "never mind", "it looks like",
        "looks like we",
        "seems like we", "only", "either way", "in general", "in short", "at the end of the day",
    ])

    /// Words that make a choice weaker.
    static let hedges: Set<String> = [
        "maybe", "perhaps", "probably", "possibly", "guess", "suppose", "might", "unsure", "leaning",
    ]

    /// What begins a condition or a reason, which by itself decides nothing.
    static let conditions: Set<String> = [
        "if", "unless", "when", "once", "whenever", "while", "until", "assuming", "given", "provided",
    ]
    static let reasons: Set<String> = ["because", "since", "as", "due"]

    /// What a condition's answer begins with.
    static let contrasts: Set<String> = ["but", "however", "though", "although", "except", "yet", "only"]

    /// Whether somebody who was asked to take an obstacle away tells that it is gone, and not when or by whom it will be.
    static func tellsRemoval(_ words: [String]) -> Bool {
        !removing.isDisjoint(with: words) && notYet.isDisjoint(with: words)
    }

    private static let removing: Set<String> = [
        "done", "fixed", "set", "added", "configured", "installed", "created", "restarted", "rebooted", "resolved",
        "granted", "enabled", "rotated", "provisioned", "renewed", "freed", "cleaned", "upgraded", "restored",
        "repaired",
        "back",
    ]
    private static let notYet: Set<String> = [
        "not", "isnt", "arent", "wasnt", "cant", "couldnt", "wont", "dont", "didnt", "doesnt", "hasnt", "havent", "no",
        "never", "still", "should", "will", "would", "can", "could", "must", "need", "needs", "when", "once",
        "if", "until", "before", "after", "tomorrow", "later", "soon", "who", "what", "why", "how", "which", "get",
        "going", "want", "lets",
    ]
}
