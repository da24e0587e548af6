/// The limiter's counters, looked up once: decisions are too frequent to look for theirs.
struct DecisionCounters: Sendable {
    /// Who decided.
    enum Source: Int, CaseIterable, Sendable {
        case store, denyCache, local, policy

        var label: String {
            switch self {
            case .store: "store"
            case .denyCache: "deny_cache"
            case .local: "local"
            case .policy: "policy"
            }
        }
    }

    private let allowed: [TelemetryCounter]
    private let denied: [TelemetryCounter]

    init(telemetry: Telemetry) {
        allowed = Source.allCases.map { telemetry.counter(Metric.limiterDecisions, "allowed", $0.label) }
        denied = Source.allCases.map { telemetry.counter(Metric.limiterDecisions, "denied", $0.label) }
    }

    func count(_ decision: RateLimitDecision, from source: Source) {
        (decision.isAllowed ? allowed : denied)[source.rawValue].increment()
    }
}
