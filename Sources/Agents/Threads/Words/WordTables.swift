/// The words that messages are read by, as data: who meets a new way to say something adds a line here.
///
/// All phrases are written as ``Wording`` leaves them: lower case, `dont` for `don't` and for `do not`.
enum WordTables {
    /// Other spellings and short forms of words that the tables hold; the right side may be several words.
    static let spellings: [String: String] = [
        // yes and no
        "y": "yes", "yea": "yes", "yeah": "yes", "yeh": "yes", "yah": "yes", "ya": "yes", "yep": "yes", "yup": "yes",
        "yess": "yes", "yse": "yes", "aye": "yes", "si": "yes", "oui": "yes", "ja": "yes", "yepp": "yes", "yus": "yes",
        "n": "no", "nope": "no", "nah": "no", "naw": "no", "nay": "no", "non": "no", "nein": "no", "noo": "no",
        // courtesy
        "okay": "ok", "okey": "ok", "oki": "ok", "okk": "ok", "kk": "ok", "k": "ok", "okie": "ok", "okays": "ok",
        "alright": "ok", "allright": "ok", "aight": "ok", "roger": "understood", "ack": "acknowledged",
        "ty": "thanks", "tyvm": "thanks", "thx": "thanks", "tnx": "thanks", "tks": "thanks", "thnx": "thanks",
        "thanx": "thanks", "cheers": "thanks", "merci": "thanks", "danke": "thanks", "gracias": "thanks",
        "pls": "please", "plz": "please", "plse": "please", "pleas": "please", "pleaze": "please", "kindly": "please",
        "gr8": "great", "gotcha": "got it", "gotit": "got it", "np": "no problem",
        // short forms
        "u": "you", "ur": "your", "r": "are", "im": "i am", "ive": "i have", "whats": "what is", "wats": "what is",
        "hows": "how is", "wheres": "where is", "whos": "who is", "whys": "why is", "whens": "when is",
        "thats": "that is", "theres": "there is", "heres": "here is", "wat": "what", "wht": "what", "wut": "what",
        "waht": "what", "hwo": "how", "hw": "how", "hwy": "why", "wich": "which", "whic": "which", "whihc": "which",
        "wanna": "want to", "gonna": "going to", "gotta": "have to", "lemme": "let me", "gimme": "give me",
        "idk": "i dont know", "dunno": "dont know", "idc": "dont care", "wdym": "what do you mean",
        "wdyt": "what do you think", "eli5": "explain like", "tldr": "explain short", "fyi": "for your information",
        "bc": "because", "cuz": "because", "cos": "because", "coz": "because", "becuase": "because", "tho": "though",
        "w/": "with", "w": "with", "w/o": "without", "b4": "before", "rn": "now", "atm": "now", "asap": "soon",
        "cant": "cant",
        "cannot": "cant", "shld": "should", "shoud": "should", "shuld": "should", "wld": "would", "cld": "could",
        "teh": "the", "hte": "the", "tihs": "this", "thsi": "this", "thos": "this", "taht": "that", "adn": "and",
        "nto": "not", "dotn": "dont", "dnt": "dont", "dosnt": "doesnt", "doesn": "doesnt", "don": "dont",
        "didn": "didnt",
        "isn": "isnt", "won": "wont", "donot": "dont", "let": "let", "lest": "lets", "lets": "lets", "jsut": "just",
        "juts": "just", "jst": "just", "mak": "make", "amke": "make", "ad": "add", "addd": "add", "ues": "use",
        "skp": "skip", "skipp": "skip", "skpi": "skip", "sikp": "skip", "wontfix": "wont fix", "wntfix": "wont fix",
        "nvm": "nevermind", "nm": "nevermind", "n/a": "not applicable", "na": "not applicable", "noop": "do nothing",
        "opt": "option", "opts": "options", "optoin": "option", "opton": "option", "optino": "option", "optn": "option",
        "opion": "option", "rec": "recommended", "recc": "recommended", "reco": "recommended", "recs": "recommended",
        "sugested": "suggested", "sugestion": "suggestion", "sugest": "suggest", "reccomend": "recommend",
        "recomend": "recommend", "recommand": "recommend", "reccommend": "recommend", "best-practice": "best practice",
        "bestpractice": "best practice", "def": "definitely", "defs": "definitely", "defo": "definitely",
        "definately": "definitely", "prob": "probably", "probs": "probably", "prolly": "probably", "abit": "a bit",
        "alot": "a lot", "info": "information", "deets": "details", "diff": "difference", "impl": "implement",
        "numero": "number", "nr": "number", "no.": "number", "num": "number", "v2": "v2", "explane": "explain",
        "i'd": "i would", "wouldve": "would have", "shouldve": "should have", "+1": "agree", "imho": "imo",
    ]

    /// Words in which one slip is mended, two from nine letters on: only such as decide what a message is.
    static let mendable: [[Character]] = [
        "recommended", "recommendation", "recommend", "suggested", "suggestion", "implement", "explain", "elaborate",
        "clarify", "understand", "question", "acknowledged", "understood", "option", "options", "ignore", "please",
        "thanks", "should", "because", "already", "definitely", "approved", "proceed", "nevermind", "postpone",
        "priority", "backlog", "necessary", "difference", "happens", "practice", "whatever", "confused", "duplicate",
    ].map(Array.init)

    /// Words near to mendable ones that mean something else and stay what they are.
    static let known: Set<String> = [
        "options", "should", "shoulder", "plains", "ignored", "ignores", "thank", "practices", "different", "happen",
        "happened", "approve", "approves", "approval", "proceeds", "understands", "questions", "suggest", "suggests",
        "implements", "implemented", "implementing", "explains", "explained", "explaining", "optional", "adoption",
        "priorities", "backlogs", "duplicates", "duplicated", "necessarily", "pleased", "pleases", "become", "became",
        "recommends", "recommendations", "suggestions", "explanation", "confuse", "confusing", "confuses", "could",
        "would", "shoulda", "shouldnt", "ready", "caption", "portion", "motion", "action", "optimal", "option",
        "plain", "place", "lease", "release", "tanks", "postponed", "proceeding", "practical", "clarity",
    ]

    /// Two words that are one.
    static let pairs: [String: [String: String]] = [
        "do": ["not": "dont", "nt": "dont"], "does": ["not": "doesnt"], "did": ["not": "didnt"], "is": ["not": "isnt"],
        "are": ["not": "arent"], "can": ["not": "cant"], "could": ["not": "couldnt"], "should": ["not": "shouldnt"],
        "will": ["not": "wont"], "would": ["not": "wouldnt"], "let": ["us": "lets"], "never": ["mind": "nevermind"],
        "dont": ["t": "dont"], "best": ["practise": "best practice"], "hold": ["off": "holdoff"],
    ]
}
