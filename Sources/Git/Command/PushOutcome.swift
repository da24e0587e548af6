/// What a push of one ref came to.
package enum PushOutcome: Hashable, Sendable {
    /// The remote ref moved or was created; the summary is git's: `1234567..89abcde` or `[new branch]`.
    case pushed(summary: String)
    case upToDate
    /// The remote has commits the push would lose; fetch, merge, push again.
    case remoteMoved(reason: String)
    /// The server, a hook of it or a local pre-push hook said no.
    case rejected(reason: String)
    /// No answer: network, credentials, no such remote.
    case failed(message: String)
}
