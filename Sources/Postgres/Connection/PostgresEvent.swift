/// Something worth a log line or a counter; statements come without their values.
package enum PostgresEvent: Hashable, Sendable {
    /// A request took longer than the limit in the options, measured from sending to the last answer.
    case slowQuery(statement: String, duration: Duration)
    /// More than the warning share of the pool's maximum is in use; at most once per interval.
    case poolNearlyFull(inUse: Int, maximum: Int, waiting: Int)
    /// Opening a connection failed; the next attempt comes after the delay.
    case connectFailed(PostgresError, retryAfter: Duration)
    /// An open connection broke.
    case connectionLost(PostgresError)
    /// The listener is connected again; notifications may have been missed.
    case listenerResumed
}
