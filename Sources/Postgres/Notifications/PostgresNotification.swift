/// A message sent with `NOTIFY` or `pg_notify`.
package struct PostgresNotification: Hashable, Sendable {
    package let channel: String
    /// At most 7,999 bytes; empty when none was given.
    package let payload: String
    /// The sender's server process.
    package let serverProcess: Int32

    package init(channel: String, payload: String, serverProcess: Int32) {
        self.channel = channel
        self.payload = payload
        self.serverProcess = serverProcess
    }
}
