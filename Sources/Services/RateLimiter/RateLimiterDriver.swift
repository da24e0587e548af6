/// Stores rate limits' state: one backend of ``RateLimiter``.
///
/// Drivers keep the state of ``RateLimitState``, or compute exactly what it would, in whole microseconds of the store's
/// clock. State is kept per key and ``RateLimitTerms/slot``: another limit on the same key counts on its own.
package protocol RateLimiterDriver: Sendable {
    /// Charges all requests when every one of them is allowed, else none; one decision each, in order.
    ///
    /// Exactly as ``RateLimitBatch`` decides, in one step that no other request can come between.
    func hit(_ requests: [RateLimitRequest]) async throws(ServicesError) -> [RateLimitDecision]

    /// The decision a hit would get now, charging nothing: remaining and reset-after are those without the charge.
    func peek(_ request: RateLimitRequest) async throws(ServicesError) -> RateLimitDecision

    /// Forgets the key's state for all policies.
    func reset(_ key: String) async throws(ServicesError)
}
