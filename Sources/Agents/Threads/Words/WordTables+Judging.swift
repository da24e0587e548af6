/// Words that the acts of a message are weighed by.
extension WordTables {
    /// What people type to see whether the thing works.
    static let meaningless: Set<String> = [
        "test", "testing", "test test", "asdf", "test message", "undefined", "null", "lorem ipsum", "hello", "hi",
        "ping", "x", "abc",
    ]

    /// Said to an open issue, these accept the issue, not a proposal.
    static let content = PhraseSet([
        "i am ok with this", "i am ok with that", "i am fine with this", "i am fine with that", "i am good with this",
        "i am good with that",
        "that is fine", "that is ok", "this works", "works |", "fine with that",
    ])

    /// Refusals that put a thing off, also behind a decision.
    static let postponing = PhraseSet([
        "not now", "not right now", "not yet", "later", "maybe later", "do it later", "not this sprint", "skip for now",
        "skip it for now",
        "skip this for now", "not a priority", "low priority", "backlog", "defer", "not today", "nevermind",
        "but not now",
        "add to backlog", "add it to the backlog", "add this to the backlog", "put it in the backlog",
        "put this in the backlog",
        "lets wait", "wait |", "skip |", "skip it |", "skip this |", "leave it for now", "not for now", "on hold",
        "holdoff",
    ])
}
