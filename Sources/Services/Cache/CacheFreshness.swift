import Foundation

/// What to do with a value that is there.
package enum CacheFreshness: Hashable, Sendable {
    /// Serve it.
    case fresh
    /// Serve it, and renew it before it grows stale.
    case renewEarly
    /// Serve it, and renew it.
    case stale
    /// It may not be served any more.
    case gone

    /// Decides by the time left.
    ///
    /// Early renewal is by chance, likelier the nearer the end and the longer computing takes, so that one of many
    /// processes renews before all find it stale: XFetch (Vattani, Chierichetti, Lowenstein 2015), with its beta of 1.
    ///
    /// - Parameters:
    ///   - freshFor: time left until stale.
    ///   - usableFor: time left until gone.
    ///   - loadTime: how long computing it took; zero: never early.
    ///   - random: between 0, excluded, and 1.
    package init(
        freshFor: Duration,
        usableFor: Duration,
        loadTime: Duration,
        random: () -> Double = { Double.random(in: 0..<1).nextUp }
    ) {
        if freshFor <= .zero {
            self = usableFor > .zero ? .stale : .gone
            return
        }
        // The chance is below 1 in 20,000 here: not worth a draw on every hit.
        guard loadTime > .zero, freshFor < loadTime * 10 else {
            self = .fresh
            return
        }
        let left = Double(freshFor.wholeMicroseconds) / Double(max(1, loadTime.wholeMicroseconds))
        self = -log(random()) >= left ? .renewEarly : .fresh
    }
}
