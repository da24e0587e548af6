/// How well a part does its work.
package enum HealthStatus: String, Hashable, Sendable, CaseIterable, Codable, Comparable {
    /// Everything works.
    case ready
    /// It works with less than it promises; somebody should look.
    case degraded
    /// It does not work.
    case failing

    package var rank: Int {
        switch self {
        case .ready: 0
        case .degraded: 1
        case .failing: 2
        }
    }

    package static func < (left: HealthStatus, right: HealthStatus) -> Bool { left.rank < right.rank }
}

/// What a look at one part found.
package struct HealthFinding: Hashable, Sendable {
    package let status: HealthStatus
    /// One sentence for a person; `nil` when all is well.
    package let reason: String?

    package static let ready = HealthFinding(status: .ready, reason: nil)

    package static func degraded(_ reason: String) -> HealthFinding {
        HealthFinding(status: .degraded, reason: reason)
    }

    package static func failing(_ reason: String) -> HealthFinding {
        HealthFinding(status: .failing, reason: reason)
    }
}
