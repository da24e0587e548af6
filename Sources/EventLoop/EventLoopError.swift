/// What keeps the event loop from working.
package struct EventLoopError: Error, Hashable, Sendable {
    package let message: String
}
