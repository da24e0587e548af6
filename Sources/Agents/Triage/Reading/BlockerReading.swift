package import RunModel

/// One blocker as triage sees it: what it says, and what it is.
package struct BlockerReading: Sendable {
    package let fileName: String
    package let body: BlockerBody
    package internal(set) var verdict: TriageVerdict

    package var ticket: TicketID? { body.ticket }
}
