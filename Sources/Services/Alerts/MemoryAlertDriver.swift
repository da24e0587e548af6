import Locking

/// Alerts that live and die with this process.
package final class MemoryAlertDriver: AlertDriver {
    private struct State {
        var alerts: [Int64: Alert] = [:]
        /// Unacknowledged alerts by their keys.
        var open: [ExactName: Int64] = [:]
        var lastID: Int64 = 0
    }

    private let state = Lock(State())
    private let clock: StoreClock

    package init(clock: StoreClock = .system) {
        self.clock = clock
    }

    package func raise(_ new: NewAlert) -> Alert {
        state.withLock { state in
            let (key, now) = (ExactName(new.key), clock.now)
            if let id = state.open[key], var alert = state.alerts[id] {
                alert.count += 1
                alert.severity = max(alert.severity, new.severity)
                alert.lastRaisedAt = now
                state.alerts[id] = alert
                return alert
            }
            state.lastID += 1
            let alert = Alert(
                id: state.lastID,
                severity: new.severity,
                source: new.source,
                text: new.text,
                key: new.key,
                count: 1,
                firstRaisedAt: now,
                lastRaisedAt: now
            )
            state.alerts[alert.id] = alert
            state.open[key] = alert.id
            return alert
        }
    }

    package func alerts(includingAcknowledged: Bool, limit: Int) -> [Alert] {
        state.withLock { state in
            let found = state.alerts.values.filter { includingAcknowledged || $0.acknowledgedAt == nil }
                .sorted { ($0.lastRaisedAt, $0.id) > ($1.lastRaisedAt, $1.id) }
            return Array(found.prefix(max(0, limit)))
        }
    }

    package func acknowledge(_ id: Int64, by person: String) -> Alert? {
        state.withLock { state in
            guard var alert = state.alerts[id] else { return nil }
            guard alert.acknowledgedAt == nil else { return alert }
            alert.acknowledgedAt = clock.now
            alert.acknowledgedBy = person
            state.alerts[id] = alert
            state.open[ExactName(alert.key)] = nil
            return alert
        }
    }

    package func prune(olderThan age: Duration, limit: Int) -> Int {
        state.withLock { state in
            let old = state.alerts.values.filter { alert in
                alert.acknowledgedAt.map { $0 + age < clock.now } ?? false
            }.map(\.id).sorted().prefix(max(0, limit))
            for id in old { state.alerts[id] = nil }
            return old.count
        }
    }
}
