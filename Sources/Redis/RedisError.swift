/// What keeps Redis from working.
package struct RedisError: Error, Hashable, Sendable {
    package let message: String
}
