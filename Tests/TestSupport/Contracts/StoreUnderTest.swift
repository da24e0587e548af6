/// One fresh store that a contract check may fill, and a way to let its clock pass.
///
/// Checks hold leases either for an hour, which never ends during a check, or for `moment`, which they then let pass;
/// none of them depends on how fast the machine is.
package struct StoreUnderTest<Driver: Sendable>: Sendable {
    /// Another driver on the same store, as another process would have it; for stores that live in one driver the same.
    package let open: @Sendable () async throws -> Driver
    /// The time that checks let pass: short for real clocks.
    package let moment: Duration
    private let letPass: @Sendable (Duration) async throws -> Void
    private let isManual: Bool

    /// A store whose clock the test moves.
    package init(
        moment: Duration = .seconds(1),
        open: @escaping @Sendable () async throws -> Driver,
        advance: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.moment = moment
        self.open = open
        letPass = advance
        isManual = true
    }

    /// A store with a clock of its own, such as a server.
    package init(realMoment: Duration = .milliseconds(60), open: @escaping @Sendable () async throws -> Driver) {
        moment = realMoment
        self.open = open
        // Time itself is waited for: nothing signals that a server's clock has reached a point. The margin is for
        // clocks that tick coarsely.
        isManual = false
        letPass = { try await ContinuousClock().sleep(for: $0 + .milliseconds(15)) }
    }

    /// Lets at least that many moments pass by the store's clock.
    package func pass(moments: Int = 1) async throws {
        try await letPass(moment * moments)
    }

    /// Makes the next request later than the last one; real clocks do so by themselves.
    package func tick() async throws {
        if isManual { try await letPass(.milliseconds(1)) }
    }
}
