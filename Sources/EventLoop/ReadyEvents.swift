import CLinux

/// What a descriptor is watched for, and what it was found ready for.
package struct ReadyEvents: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Reading will not block; also set at the end of the stream.
    package static let readable = ReadyEvents(rawValue: EPOLLIN.rawValue)
    /// Writing will not block.
    package static let writable = ReadyEvents(rawValue: EPOLLOUT.rawValue)
    /// The other side is gone, or the loop ends; reported whether asked for or not.
    package static let hangUp = ReadyEvents(rawValue: EPOLLHUP.rawValue)
    /// The descriptor has an error; reported whether asked for or not.
    package static let failure = ReadyEvents(rawValue: EPOLLERR.rawValue)
}
