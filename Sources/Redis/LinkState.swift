/// Decides when a client connects, waits, refuses and gives up.
///
/// Pure: events come in, what to do comes out. Used by everything that keeps one connection open.
struct LinkState {
    enum Phase: Hashable {
        /// Nothing was asked for yet. Goes to `connecting`.
        case idle
        /// An attempt is under way. Goes to `ready` or `backingOff`.
        ///
        /// `mayWait` is true for the attempt directly after the start or after a loss: requests wait for it. During
        /// later attempts they are refused at once.
        case connecting(mayWait: Bool)
        /// The connection can be used. Goes to `connecting`, or to `backingOff` when it was lost soon.
        case ready
        /// Waits for the next attempt. Goes to `connecting`.
        case backingOff
        /// Ended by the owner; final.
        case closed
    }

    /// What to do about a request.
    enum Admission: Hashable {
        case send
        /// Wait for the attempt under way.
        case wait
        /// Start an attempt and wait for it.
        case connectAndWait
        /// Fail: there is no connection.
        case refuse
        case refuseClosed
    }

    /// What to do after a change of the connection.
    enum Action: Hashable {
        case none
        case connect
        /// Fail who waits, and connect after this wait.
        case retry(after: Duration)
    }

    private(set) var phase = Phase.idle
    /// Attempts that failed in a row, with connections that were lost soon.
    private(set) var failureCount = 0
    private let backoff: ReconnectBackoff
    /// A connection that lived shorter than this counts as a failed attempt.
    private let stableAfter: Duration

    init(backoff: ReconnectBackoff, stableAfter: Duration) {
        self.backoff = backoff
        self.stableAfter = stableAfter
    }

    mutating func admit() -> Admission {
        switch phase {
        case .idle:
            phase = .connecting(mayWait: true)
            return .connectAndWait
        case .connecting(mayWait: true): return .wait
        case .connecting(mayWait: false), .backingOff: return .refuse
        case .ready: return .send
        case .closed: return .refuseClosed
        }
    }

    mutating func connected() {
        guard case .connecting = phase else { return }
        phase = .ready
    }

    mutating func connectFailed(using generator: inout some RandomNumberGenerator) -> Action {
        guard case .connecting = phase else { return .none }
        return backOff(using: &generator)
    }

    /// The connection in use ended after it was usable for that long.
    mutating func lost(after lifetime: Duration, using generator: inout some RandomNumberGenerator) -> Action {
        guard phase == .ready else { return .none }
        guard lifetime >= stableAfter else { return backOff(using: &generator) }
        failureCount = 0
        phase = .connecting(mayWait: true)
        return .connect
    }

    mutating func waitIsOver() -> Action {
        guard phase == .backingOff else { return .none }
        phase = .connecting(mayWait: false)
        return .connect
    }

    mutating func close() {
        phase = .closed
    }

    private mutating func backOff(using generator: inout some RandomNumberGenerator) -> Action {
        failureCount += 1
        phase = .backingOff
        return .retry(after: backoff.delay(afterFailures: failureCount, using: &generator))
    }
}
