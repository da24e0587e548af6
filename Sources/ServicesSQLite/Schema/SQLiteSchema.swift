/// The tables of the store: numbered steps, each applied once and in order.
enum SQLiteSchema {
    struct Step: Sendable {
        let number: Int
        let name: String
        let script: String
    }

    /// Never change a step that was released: add one.
    static let migrations: [Step] = [
        Step(number: 1, name: "locks", script: locks),
        Step(number: 2, name: "work queue", script: workQueue),
        Step(number: 3, name: "cache, rate limits and messages", script: lossy),
        Step(number: 4, name: "idempotency, job history and alerts", script: records),
    ]

    /// Tables whose absence means that the schema is missing.
    static let tables = [
        "distributed_locks", "work_queue", "work_unique", "work_payloads", "queue_workers", "queue_settings",
        "cache_entries",
        "cache_tags", "cache_loads", "store_counters", "rate_limits", "pubsub_messages", "processed_events",
        "guarded_resources",
        "scheduled_job_runs", "ops_alerts",
    ]

    static let tableList = tables.map { "'\($0)'" }.joined(separator: ", ")

    /// Microseconds since 1970, for rows that other programs insert; SQLite's own clock has milliseconds.
    private static let now = "(CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000)"

    static let journal = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number INTEGER PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            applied_at INTEGER NOT NULL
        ) STRICT
        """

    private static let locks = """
        CREATE TABLE distributed_locks (
            name TEXT PRIMARY KEY NOT NULL,
            holder TEXT,
            token INTEGER NOT NULL DEFAULT 0,
            request_id TEXT,
            acquired_at INTEGER,
            expires_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE VIEW deployment_locks AS
            SELECT substr(name, 12) AS owner, holder, token, acquired_at, expires_at
            FROM distributed_locks WHERE name >= 'deployment:' AND name < 'deployment;';
        """

    private static let workQueue = """
        CREATE TABLE work_queue (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            queue TEXT NOT NULL,
            kind TEXT NOT NULL DEFAULT '',
            payload ANY DEFAULT x'',
            state TEXT NOT NULL DEFAULT 'ready' CHECK (
                state IN ('ready', 'scheduled', 'running', 'completed', 'dead', 'expired', 'cancelled')
            ),
            priority INTEGER NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9),
            run_at INTEGER NOT NULL DEFAULT \(now),
            is_blocked INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            max_attempts INTEGER NOT NULL DEFAULT 10,
            worker INTEGER,
            enqueued_at INTEGER NOT NULL DEFAULT \(now),
            ended_at INTEGER,
            expires_at INTEGER,
            concurrency_key TEXT,
            unique_key TEXT,
            errors TEXT NOT NULL DEFAULT '[]'
        ) STRICT;
        CREATE INDEX work_queue_ready ON work_queue (queue, priority, run_at)
            WHERE state = 'ready' AND is_blocked = 0;
        CREATE INDEX work_queue_blocked ON work_queue (queue, concurrency_key, priority, run_at)
            WHERE state = 'ready' AND is_blocked = 1;
        CREATE INDEX work_queue_scheduled ON work_queue (queue, run_at) WHERE state = 'scheduled';
        CREATE INDEX work_queue_running ON work_queue (queue, concurrency_key, worker) WHERE state = 'running';
        CREATE INDEX work_queue_ended ON work_queue (state, ended_at, queue) WHERE ended_at IS NOT NULL;
        CREATE INDEX work_queue_expiring ON work_queue (expires_at)
            WHERE expires_at IS NOT NULL AND ended_at IS NULL;
        CREATE TABLE work_unique (
            queue TEXT NOT NULL,
            key TEXT NOT NULL,
            job INTEGER NOT NULL,
            until INTEGER,
            PRIMARY KEY (queue, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX work_unique_until ON work_unique (until) WHERE until IS NOT NULL;
        CREATE TABLE work_payloads (
            job INTEGER PRIMARY KEY NOT NULL,
            payload BLOB NOT NULL
        ) STRICT;
        CREATE TABLE queue_workers (
            generation INTEGER PRIMARY KEY AUTOINCREMENT,
            instance TEXT NOT NULL,
            registered_at INTEGER NOT NULL,
            lease_until INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE queue_settings (
            queue TEXT PRIMARY KEY NOT NULL,
            is_paused INTEGER NOT NULL DEFAULT 0,
            running_limit INTEGER,
            running_per_key INTEGER NOT NULL DEFAULT 1,
            ageing_microseconds INTEGER DEFAULT 300000000
        ) STRICT, WITHOUT ROWID;
        """

    private static let lossy = """
        CREATE TABLE store_counters (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE cache_entries (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            namespace TEXT NOT NULL,
            key TEXT NOT NULL,
            version INTEGER NOT NULL,
            fresh_until INTEGER NOT NULL,
            usable_until INTEGER NOT NULL,
            load_microseconds INTEGER NOT NULL,
            size_in_bytes INTEGER NOT NULL,
            value BLOB,
            UNIQUE (namespace, key)
        ) STRICT;
        CREATE INDEX cache_entries_usable ON cache_entries (usable_until);
        CREATE TABLE cache_tags (
            namespace TEXT NOT NULL,
            tag TEXT NOT NULL,
            entry INTEGER NOT NULL,
            PRIMARY KEY (namespace, tag, entry)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX cache_tags_entry ON cache_tags (entry);
        CREATE TABLE cache_loads (
            namespace TEXT NOT NULL,
            key TEXT NOT NULL,
            holder TEXT NOT NULL,
            version INTEGER NOT NULL,
            is_first INTEGER NOT NULL,
            lease_until INTEGER NOT NULL,
            PRIMARY KEY (namespace, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE rate_limits (
            key TEXT NOT NULL,
            slot TEXT NOT NULL,
            anchor INTEGER NOT NULL,
            current INTEGER NOT NULL,
            previous INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (key, slot)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX rate_limits_expires ON rate_limits (expires_at);
        CREATE TABLE pubsub_messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            origin TEXT NOT NULL,
            topic TEXT NOT NULL,
            payload BLOB NOT NULL,
            published_at INTEGER NOT NULL
        ) STRICT;
        """

    private static let records = """
        CREATE TABLE processed_events (
            scope TEXT NOT NULL,
            key TEXT NOT NULL,
            digest BLOB NOT NULL,
            owner TEXT NOT NULL,
            generation INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            has_failed INTEGER,
            answer BLOB,
            PRIMARY KEY (scope, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX processed_events_expires ON processed_events (expires_at);
        CREATE TABLE guarded_resources (
            owner TEXT NOT NULL,
            kind TEXT NOT NULL,
            description BLOB NOT NULL,
            token INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (owner, kind)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE scheduled_job_runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            job TEXT NOT NULL,
            instance TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            result TEXT CHECK (result IN ('ok', 'failed', 'skipped_locked', 'skipped_disabled', 'timed_out')),
            error TEXT,
            token INTEGER
        ) STRICT;
        CREATE INDEX scheduled_job_runs_job ON scheduled_job_runs (job);
        CREATE INDEX scheduled_job_runs_started ON scheduled_job_runs (started_at);
        CREATE TABLE ops_alerts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
            source TEXT NOT NULL,
            text TEXT NOT NULL,
            key TEXT NOT NULL,
            count INTEGER NOT NULL DEFAULT 1,
            first_raised_at INTEGER NOT NULL DEFAULT \(now),
            last_raised_at INTEGER NOT NULL DEFAULT \(now),
            acknowledged_at INTEGER,
            acknowledged_by TEXT
        ) STRICT;
        CREATE UNIQUE INDEX ops_alerts_open ON ops_alerts (key) WHERE acknowledged_at IS NULL;
        CREATE INDEX ops_alerts_raised ON ops_alerts (last_raised_at);
        """
}
