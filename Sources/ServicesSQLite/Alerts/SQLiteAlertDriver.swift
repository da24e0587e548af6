package import Services

/// Alerts in the table `ops_alerts`.
package final class SQLiteAlertDriver: AlertDriver {
    private static let columns = """
        id, severity, source, text, key, count, first_raised_at, last_raised_at, acknowledged_at, acknowledged_by
        """
    private static let find = SQL("SELECT \(columns) FROM ops_alerts WHERE key = ? AND acknowledged_at IS NULL")
    private static let byID = SQL("SELECT \(columns) FROM ops_alerts WHERE id = ?")
    private static let add = SQL(
        """
        INSERT INTO ops_alerts (severity, source, text, key, first_raised_at, last_raised_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?5)
        """
    )
    private static let count = SQL(
        "UPDATE ops_alerts SET count = count + 1, severity = ?2, last_raised_at = ?3 WHERE id = ?1"
    )
    private static let open = SQL(
        """
        SELECT \(columns) FROM ops_alerts
        WHERE acknowledged_at IS NULL ORDER BY last_raised_at DESC, id DESC LIMIT ?
        """
    )
    private static let all = SQL("SELECT \(columns) FROM ops_alerts ORDER BY last_raised_at DESC, id DESC LIMIT ?")
    private static let acknowledge = SQL(
        "UPDATE ops_alerts SET acknowledged_at = ?2, acknowledged_by = ?3 WHERE id = ?1 AND acknowledged_at IS NULL"
    )
    private static let prune = SQL(
        """
        DELETE FROM ops_alerts WHERE id IN (
            SELECT id FROM ops_alerts WHERE acknowledged_at < ?1 ORDER BY id LIMIT ?2
        )
        """
    )

    private let store: SQLiteStore

    package init(store: SQLiteStore) {
        self.store = store
    }

    package func raise(_ new: NewAlert) async throws(ServicesError) -> Alert {
        try await store.write { tx throws(ServicesError) in
            if let known = try tx.first(Self.find, .text(new.key), make: { Self.alert($0) }) {
                let severity = max(known.severity, new.severity)
                try tx.run(
                    Self.count,
                    .integer(known.id),
                    .text(severity.rawValue),
                    .integer(tx.now.microseconds)
                )
                var alert = known
                alert.severity = severity
                alert.count += 1
                alert.lastRaisedAt = tx.now
                return alert
            }
            try tx.run(
                Self.add,
                .text(new.severity.rawValue),
                .text(new.source),
                .text(new.text),
                .text(new.key),
                .integer(tx.now.microseconds)
            )
            return Alert(
                id: tx.lastID,
                severity: new.severity,
                source: new.source,
                text: new.text,
                key: new.key,
                count: 1,
                firstRaisedAt: tx.now,
                lastRaisedAt: tx.now
            )
        }
    }

    package func alerts(includingAcknowledged: Bool, limit: Int) async throws(ServicesError) -> [Alert] {
        guard limit > 0 else { return [] }
        return try await store.read { tx throws(ServicesError) in
            try tx.rows(includingAcknowledged ? Self.all : Self.open, .integer(limit)) { Self.alert($0) }
        }
    }

    package func acknowledge(_ id: Int64, by person: String) async throws(ServicesError) -> Alert? {
        try await store.write { tx throws(ServicesError) in
            try tx.run(Self.acknowledge, .integer(id), .integer(tx.now.microseconds), .text(person))
            return try tx.first(Self.byID, .integer(id)) { Self.alert($0) }
        }
    }

    package func prune(olderThan age: Duration, limit: Int) async throws(ServicesError) -> Int {
        try await store.write { tx throws(ServicesError) in
            let end = tx.now + (.zero - age)
            return try tx.run(Self.prune, .integer(end.microseconds), .integer(max(0, limit)))
        }
    }

    private static func alert(_ row: SQLiteRow) -> Alert {
        Alert(
            id: row.integer(0),
            // The table admits the known words only.
            severity: Severity(rawValue: row.text(1)) ?? .critical,
            source: row.text(2),
            text: row.text(3),
            key: row.text(4),
            count: Int(row.integer(5)),
            firstRaisedAt: StoreTime(microseconds: row.integer(6)),
            lastRaisedAt: StoreTime(microseconds: row.integer(7)),
            acknowledgedAt: row.optionalInteger(8).map { StoreTime(microseconds: $0) },
            acknowledgedBy: row.optionalText(9)
        )
    }
}
