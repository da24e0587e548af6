/// How much a person should hurry.
package enum Severity: String, Hashable, Sendable, CaseIterable, Codable, Comparable {
    case info
    case warning
    case critical

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .critical: 2
        }
    }

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// Something a person should know and act on.
package struct NewAlert: Hashable, Sendable {
    package var severity: Severity
    /// The part that raised it, such as `lock_store`.
    package var source: String
    package var text: String
    /// Alerts with the same key, while unacknowledged, count as one; `nil`: source and text together.
    package var deduplicationKey: String?

    package init(severity: Severity, source: String, text: String, deduplicationKey: String? = nil) {
        self.severity = severity
        self.source = source
        self.text = text
        self.deduplicationKey = deduplicationKey
    }

    package var key: String { deduplicationKey ?? "\(source)\u{1F}\(text)" }
}

/// An alert as the store has it.
package struct Alert: Hashable, Sendable {
    package let id: Int64
    package var severity: Severity
    package var source: String
    package var text: String
    package var key: String
    /// How often it was raised since the first time.
    package var count: Int
    package var firstRaisedAt: StoreTime
    package var lastRaisedAt: StoreTime
    package var acknowledgedAt: StoreTime?
    package var acknowledgedBy: String?

    package init(
        id: Int64,
        severity: Severity,
        source: String,
        text: String,
        key: String,
        count: Int,
        firstRaisedAt: StoreTime,
        lastRaisedAt: StoreTime,
        acknowledgedAt: StoreTime? = nil,
        acknowledgedBy: String? = nil
    ) {
        self.id = id
        self.severity = severity
        self.source = source
        self.text = text
        self.key = key
        self.count = count
        self.firstRaisedAt = firstRaisedAt
        self.lastRaisedAt = lastRaisedAt
        self.acknowledgedAt = acknowledgedAt
        self.acknowledgedBy = acknowledgedBy
    }
}
