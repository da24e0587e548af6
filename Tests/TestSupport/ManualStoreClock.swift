import Locking
package import Services

/// A store's clock that stands still until a test advances it.
package final class ManualStoreClock: Sendable {
    private let time: Lock<StoreTime>

    /// Starts at 2025-01-01 00:00 UTC.
    package init() {
        time = Lock(StoreTime(microseconds: 1_735_689_600_000_000))
    }

    package var now: StoreTime { time.withLock { $0 } }

    package var clock: StoreClock { StoreClock { [self] in now } }

    package func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }
}

extension StoreUnderTest {
    /// A store in this process, made with a clock that the checks move.
    package static func manual(_ make: (StoreClock) -> Driver) -> StoreUnderTest {
        let clock = ManualStoreClock()
        let driver = make(clock.clock)
        return StoreUnderTest(open: { driver }, advance: { clock.advance(by: $0) })
    }
}
