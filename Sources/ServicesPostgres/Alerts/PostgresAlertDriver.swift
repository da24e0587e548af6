import Postgres
package import Services

/// Alerts in the table `ops_alerts`.
package struct PostgresAlertDriver: AlertDriver {
    private static let columns = """
        id, severity, source, text, key, count, first_raised_at, last_raised_at, acknowledged_at, acknowledged_by
        """
    private static let raise = """
        INSERT INTO ops_alerts AS known (severity, source, text, key, first_raised_at, last_raised_at)
        SELECT $1, $2, $3, $4, moment, moment FROM (SELECT clock_timestamp() AS moment OFFSET 0) AS clock
        ON CONFLICT (md5(key), md5('second' || key)) WHERE acknowledged_at IS NULL DO UPDATE SET
            count = known.count + 1, last_raised_at = greatest(known.last_raised_at, clock_timestamp()),
            severity = CASE WHEN 'critical' IN (known.severity, excluded.severity) THEN 'critical'
                WHEN 'warning' IN (known.severity, excluded.severity) THEN 'warning' ELSE 'info' END
        RETURNING \(columns)
        """
    private static let list = """
        SELECT \(columns) FROM ops_alerts WHERE $1 OR acknowledged_at IS NULL
        ORDER BY last_raised_at DESC, id DESC LIMIT $2
        """
    private static let acknowledge = """
        UPDATE ops_alerts SET acknowledged_at = clock_timestamp(), acknowledged_by = $2
        WHERE id = $1 AND acknowledged_at IS NULL
        """
    private static let find = "SELECT \(columns) FROM ops_alerts WHERE id = $1"
    private static let prune = """
        DELETE FROM ops_alerts WHERE id IN (
            SELECT id FROM ops_alerts
            WHERE acknowledged_at <= clock_timestamp() - \(PostgresSchema.interval("$1::int8")) ORDER BY id LIMIT $2
        )
        """

    private let store: PostgresStore

    package init(store: PostgresStore) {
        self.store = store
    }

    package func raise(_ alert: NewAlert) async throws(ServicesError) -> Alert {
        let values: [PostgresValue] = [
            .text(alert.severity.rawValue), .name(alert.source), .name(alert.text), .name(alert.key),
        ]
        let found = try await store.query(Self.raise, values, isRepeatable: false, Self.read)
        guard let raised = found.first else { throw .unavailable(store.place, why: "it did not keep an alert") }
        return raised
    }

    package func alerts(includingAcknowledged: Bool, limit: Int) async throws(ServicesError) -> [Alert] {
        try await store.query(
            Self.list,
            [.bool(includingAcknowledged), .count(limit)],
            isRepeatable: true,
            Self.read
        )
    }

    package func acknowledge(_ id: Int64, by person: String) async throws(ServicesError) -> Alert? {
        let statements = [
            PostgresStatement(Self.acknowledge, [.int(id), .name(person)]), PostgresStatement(Self.find, [.int(id)]),
        ]
        return try await store.batch(statements, isRepeatable: true) { (results) throws(PostgresError) in
            try Self.read(results[1]).first
        }
    }

    package func prune(olderThan age: Duration, limit: Int) async throws(ServicesError) -> Int {
        try await store.query(Self.prune, [.microseconds(age), .count(limit)], isRepeatable: true) { $0.affected }
    }

    private static func read(_ rows: PostgresRows) throws(PostgresError) -> [Alert] {
        var alerts: [Alert] = []
        for row in rows {
            alerts.append(
                Alert(
                    id: try row.int(0),
                    severity: Severity(rawValue: try row.text(1)) ?? .critical,
                    source: try row.name(2),
                    text: try row.name(3),
                    key: try row.name(4),
                    count: Int(try row.int(5)),
                    firstRaisedAt: try row.time(6),
                    lastRaisedAt: try row.time(7),
                    acknowledgedAt: try row.optionalTime(8),
                    acknowledgedBy: try row.optionalName(9)
                )
            )
        }
        return alerts
    }
}
