import Services

/// What people set for a queue.
struct JobSettings: Sendable {
    private static let find = SQL(
        "SELECT is_paused, running_limit, running_per_key, ageing_microseconds FROM queue_settings WHERE queue = ?"
    )
    private static let all = SQL(
        "SELECT is_paused, running_limit, running_per_key, ageing_microseconds, queue FROM queue_settings"
    )
    private static let pause = SQL(
        """
        INSERT INTO queue_settings (queue, is_paused) VALUES (?1, ?2)
        ON CONFLICT (queue) DO UPDATE SET is_paused = excluded.is_paused
        """
    )
    private static let limit = SQL(
        """
        INSERT INTO queue_settings (queue, running_limit, running_per_key, ageing_microseconds) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (queue) DO UPDATE SET running_limit = excluded.running_limit,
            running_per_key = excluded.running_per_key, ageing_microseconds = excluded.ageing_microseconds
        """
    )

    var isPaused = false
    var limits = QueueLimits()

    static func load(_ queue: String, _ tx: SQLiteTransaction) throws(ServicesError) -> JobSettings {
        try tx.first(find, .text(queue)) { JobSettings($0) } ?? JobSettings()
    }

    static func loadAll(_ tx: SQLiteTransaction) throws(ServicesError) -> [ExactName: JobSettings] {
        let rows = try tx.rows(all) { (ExactName($0.text(4)), JobSettings($0)) }
        return Dictionary(rows) { $1 }
    }

    static func setPaused(_ queue: String, _ isPaused: Bool, _ tx: SQLiteTransaction) throws(ServicesError) {
        try tx.run(pause, .text(queue), .flag(isPaused))
    }

    static func setLimits(_ queue: String, _ limits: QueueLimits, _ tx: SQLiteTransaction) throws(ServicesError) {
        try tx.run(
            limit,
            .text(queue),
            .optional(limits.running.map { Int64($0) }),
            .integer(limits.runningPerKey),
            .optional(limits.ageingStep?.wholeMicroseconds)
        )
    }
}

extension JobSettings {
    private init(_ row: SQLiteRow) {
        isPaused = row.flag(0)
        limits.running = row.optionalInteger(1).map { Int($0) }
        limits.runningPerKey = Int(row.integer(2))
        limits.ageingStep = row.optionalInteger(3).map { .microseconds($0) }
    }
}
