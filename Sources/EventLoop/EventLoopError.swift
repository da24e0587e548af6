/// An event loop, helper thread or name look-up that could not do its work.
package struct EventLoopError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// The system refused a descriptor, a thread or a watch.
        case system
        /// The loop was shut down.
        case stopped
        /// Too much blocking work waits for the helper threads.
        case overloaded
        /// A host name has no address.
        case hostNotFound = "host_not_found"
    }

    package let code: Code
    /// What failed, on which quoted thing, and why.
    package let message: String
    /// What to do about it.
    package let hint: String?

    package var description: String { hint.map { "\(message) (\($0))" } ?? message }
}
