/// Stores rate limits' state: one backend of ``RateLimiter``.
///
/// Drivers keep the state of `RateLimitState`, or compute exactly what it would, in whole microseconds of the store's clock.
package protocol RateLimiterDriver: Sendable {
    /// Charges all requests when every one of them is allowed, else none; one decision each, in order.
    func hit(_ requests: [RateLimitRequest]) async throws(ServicesError) -> [RateLimitDecision]

    /// The decision a hit would get now, charging nothing.
    func peek(_ request: RateLimitRequest) async throws(ServicesError) -> RateLimitDecision

    /// Forgets the key's state for all policies.
    func reset(_ key: String) async throws(ServicesError)
}
