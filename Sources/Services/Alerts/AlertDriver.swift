/// Stores alerts: one backend of ``AlertRouter``.
package protocol AlertDriver: Sendable {
    /// Adds the alert, or counts it into the unacknowledged one with the same key; the higher severity stays.
    func raise(_ alert: NewAlert) async throws(ServicesError) -> Alert

    /// Newest last raise first; without acknowledged ones unless asked for.
    func alerts(includingAcknowledged: Bool, limit: Int) async throws(ServicesError) -> [Alert]

    /// Marks as seen; `nil` when there is no such alert, the alert as it was when somebody did so before.
    func acknowledge(_ id: Int64, by person: String) async throws(ServicesError) -> Alert?

    /// Deletes acknowledged alerts older than `age`, at most `limit`.
    ///
    /// - Returns: how many.
    func prune(olderThan age: Duration, limit: Int) async throws(ServicesError) -> Int
}
