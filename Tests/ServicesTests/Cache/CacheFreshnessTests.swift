import Services
import TestSupport
import Testing

@Suite("Cache times")
struct CacheFreshnessTests {
    private func freshness(
        _ fresh: Duration,
        _ usable: Duration,
        load: Duration = .zero,
        random: Double = 0.5
    )
        -> CacheFreshness
    {
        CacheFreshness(freshFor: fresh, usableFor: usable, loadTime: load) { random }
    }

    @Test("A value is fresh, then stale, then gone")
    func stages() {
        #expect(freshness(.seconds(1), .seconds(2)) == .fresh)
        #expect(freshness(.zero, .seconds(2)) == .stale)
        #expect(freshness(.seconds(-1), .microseconds(1)) == .stale)
        #expect(freshness(.seconds(-1), .zero) == .gone)
    }

    @Test("Early renewal is likelier near the end and for what is slow to compute")
    func early() {
        #expect(freshness(.seconds(1), .seconds(9), load: .seconds(1), random: 0.9) == .fresh)
        #expect(freshness(.seconds(1), .seconds(9), load: .seconds(1), random: 0.3) == .renewEarly)
        #expect(freshness(.seconds(1), .seconds(9), load: .zero, random: 0.000_001) == .fresh)
        #expect(freshness(.seconds(11), .seconds(99), load: .seconds(1), random: 0.000_001) == .fresh)
        var random = SeededRandom(seed: 3)
        func share(_ left: Duration) -> Int {
            (0..<2_000).count { _ in
                freshness(left, .seconds(99), load: .seconds(1), random: .random(in: 0..<1, using: &random).nextUp)
                    == .renewEarly
            }
        }
        // The chance is e to the minus left / load time: 90 %, 37 % and 5 % of 2,000.
        #expect((1_700...1_900).contains(share(.milliseconds(100))))
        #expect((640...840).contains(share(.seconds(1))))
        #expect((60...140).contains(share(.seconds(3))))
    }

    @Test("Times have jitter within the percentage, and keep their grace")
    func jitter() {
        let namespace = CacheNamespace(freshFor: .seconds(100), jitterPercentage: 5)
        #expect(namespace.times(isAbsent: false, random: { _ in 0 }) == (.seconds(95), .seconds(195)))
        #expect(namespace.times(isAbsent: false, random: { $0 }) == (.seconds(105), .seconds(205)))
        #expect(namespace.times(isAbsent: false, timeToLive: .seconds(10), random: { $0 / 2 }).freshFor == .seconds(10))
        let absent = namespace.times(isAbsent: true, random: { $0 / 2 })
        #expect(absent == (.seconds(30), .seconds(30)))
        #expect(namespace.times(isAbsent: true, timeToLive: .seconds(1), random: { $0 / 2 }).freshFor == .seconds(1))
        #expect(namespace.times(isAbsent: false, timeToLive: .seconds(-5), random: { $0 / 2 }).freshFor == .zero)
    }

    @Test("The namespaces of the program have their times")
    func defaults() {
        #expect(CacheNamespace.defaults["thread_messages"]?.freshFor == .seconds(3_600))
        #expect(CacheNamespace.defaults["participants"]?.freshFor == .seconds(1_800))
        #expect(CacheNamespace.defaults["thread_meta"]?.freshFor == .seconds(900))
    }
}
