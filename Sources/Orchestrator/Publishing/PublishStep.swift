package import Git
package import RunModel

/// What one push came to, and where the remote stands when it moved.
package struct PublishStep: Hashable, Sendable {
    package var finished: PushFinished
    /// The remote branch's new head, fetched; set when `finished.result` is `remoteMoved`.
    package var upstream: OID?

    package init(finished: PushFinished, upstream: OID? = nil) {
        self.finished = finished
        self.upstream = upstream
    }
}
