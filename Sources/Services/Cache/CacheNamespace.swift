/// How long values of a namespace live.
package struct CacheNamespace: Hashable, Sendable {
    /// Time for which a value is served as it is.
    package var freshFor: Duration
    /// Time after that for which it is still served while it is renewed, or because it cannot be.
    package var grace: Duration
    /// Fresh time of the knowledge that there is no such value; zero: it is not kept.
    package var absentFor: Duration
    /// The fresh time is longer or shorter by up to so many in a hundred, so that values stored together do not grow
    /// stale together.
    package var jitterPercentage: Int

    /// - Parameters:
    ///   - freshFor: time for which a value is served as it is.
    ///   - grace: time after that; `nil`: as long again.
    ///   - absentFor: fresh time of the knowledge that there is no such value.
    ///   - jitterPercentage: 0 to 50.
    package init(
        freshFor: Duration,
        grace: Duration? = nil,
        absentFor: Duration = .seconds(30),
        jitterPercentage: Int = 5
    ) {
        self.freshFor = freshFor
        self.grace = grace ?? freshFor
        self.absentFor = absentFor
        self.jitterPercentage = min(max(0, jitterPercentage), 50)
    }

    /// The namespaces that come with the program.
    package static let defaults: [String: CacheNamespace] = [
        "thread_messages": CacheNamespace(freshFor: .seconds(3_600)),
        "participants": CacheNamespace(freshFor: .seconds(1_800)),
        "thread_meta": CacheNamespace(freshFor: .seconds(900)),
        "agents": CacheNamespace(freshFor: .seconds(60), absentFor: .seconds(5)),
    ]

    /// For every namespace without an entry of its own: 5 minutes.
    package static let fallback = CacheNamespace(freshFor: .seconds(300))

    /// The times a value is stored with.
    ///
    /// - Parameters:
    ///   - isAbsent: whether there is no such value.
    ///   - timeToLive: the caller's fresh time instead of the namespace's.
    ///   - random: a number from 0 to its argument.
    /// - Returns: the fresh time with jitter, and the usable time.
    package func times(
        isAbsent: Bool,
        timeToLive: Duration? = nil,
        random: (Int64) -> Int64 = Backoff.random(upTo:)
    ) -> (freshFor: Duration, usableFor: Duration) {
        let base = max(.zero, isAbsent ? min(absentFor, timeToLive ?? absentFor) : timeToLive ?? freshFor)
        let spread = base.wholeMicroseconds / 100 * Int64(jitterPercentage)
        let fresh = base + .microseconds(random(spread * 2) - spread)
        return (fresh, fresh + (isAbsent ? .zero : grace))
    }
}
