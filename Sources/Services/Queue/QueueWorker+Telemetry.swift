extension QueueWorker {
    /// Counts what a round trip brought; once per round trip, not per job.
    func report(_ settlements: [Settlement], _ exchange: QueueExchange) {
        if !exchange.deliveries.isEmpty { telemetry.count(Metric.queueClaimed, by: exchange.deliveries.count) }
        if !exchange.stale.isEmpty { telemetry.count(Metric.queueStale, by: exchange.stale.count) }
        let stale = Set(exchange.stale)
        var counts: [String: Int] = [:]
        for settlement in settlements where stale.isEmpty || !stale.contains(settlement.receipt) {
            counts[settlement.ending.label, default: 0] += 1
        }
        for (label, count) in counts { telemetry.count(Metric.queueSettled, label, by: count) }
    }

    func report(_ error: ServicesError, isFirst: Bool) {
        // The caller's own end is no failure of the store.
        guard error.code != .cancelled else { return }
        telemetry.count(Metric.queueStoreFailures, error.code.rawValue)
        if isFirst { telemetry.log(TelemetryEvent.queueStoreAway, ["code": error.code.rawValue]) }
    }
}

extension JobEnding {
    /// As metrics name it.
    fileprivate var label: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .snoozed: "snoozed"
        case .cancelled: "cancelled"
        case .undecodable: "undecodable"
        }
    }
}
