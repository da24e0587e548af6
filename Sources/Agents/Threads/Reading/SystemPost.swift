/// What a system post says, as far as it matters for the answers below it.
struct SystemPost: Sendable {
    private let text: String
    /// In the form of the tables.
    let words: [String]

    init(_ text: String) {
        self.text = text
        words = Wording.words(text, isMending: false)
    }

    /// Whether it wants a person to say something.
    var wantsAnswer: Bool {
        text.contains("?") || text.contains("？") || WordTables.inviting.firstPlace(in: words) != nil
    }

    /// Whether it asks leave to do one thing.
    var proposes: Bool { WordTables.proposing.firstPlace(in: words) != nil }

    /// Whether it wants facts.
    var wantsFacts: Bool { WordTables.requesting.firstPlace(in: words) != nil }

    /// Whether it only says that a message came in: `Acknowledged. I'll process your input: ...`.
    var isReceipt: Bool {
        guard let place = WordTables.receipts.firstPlace(in: words), place < 4 else { return false }
        return words.count < 40
    }
}

extension WordTables {
    /// How a system post invites an answer.
    static let inviting = PhraseSet([
        "let me know", "please review", "needs your", "your review", "your input", "your decision", "decision required",
        "decision needed", "please decide", "please choose", "please confirm", "please advise", "please select",
        "please pick",
        "reply with", "then reply", "respond with", "which option", "awaiting", "waiting for your", "waiting on your",
        "choose one", "pick one", "select one", "actions required", "action required", "required action", "options",
        "would you like",
        "do you want", "shall i", "should i", "recommended action", "actions needed", "needs human action",
        "human action",
    ])

    /// How a system post asks leave.
    static let proposing = PhraseSet([
        "should i", "shall i", "should we", "shall we", "do you want", "would you like me", "would you like us",
        "want me to", "may i",
        "can i", "ok to", "ok if", "is it ok", "is that ok", "is this ok", "does that work", "do you agree",
        "do you approve", "can we proceed",
        "proceed with",
    ])

    /// How a system post asks for facts.
    static let requesting = PhraseSet([
        "reply with", "respond with", "send me", "please provide", "provide the following",
    ])

    /// How a post begins that only confirms that something came in.
    static let receipts = PhraseSet([
        "i will process your", "ill process your", "will process your", "processing your", "your input has been",
        "your message has been", "your response has been", "your decision has been recorded", "received your",
        "message received",
        "input received", "acknowledged ill process", "acknowledged i will", "acknowledged processing",
        "acknowledged |",
    ])
}
