/// What a subscription tells its reader.
package enum RedisMessage: Hashable, Sendable {
    /// A published message; any bytes.
    case message(channel: [UInt8], payload: [UInt8])
    /// Messages are missing at this place.
    case gap(Gap)

    /// Why messages are missing.
    package enum Gap: Hashable, Sendable {
        /// The reader was too slow: so many messages were dropped, oldest first.
        case overflow(lost: Int)
        /// The connection was lost and is back; any number may have been published in between.
        case reconnected
        /// Both, with the number known to be lost.
        case overflowAndReconnected(lost: Int)
    }
}
