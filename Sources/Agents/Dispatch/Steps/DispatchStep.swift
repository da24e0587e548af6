/// One of the things the dispatch agent does, in the order it does them.
package enum DispatchStep: Int, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case blockers = 1
    case questions
    case tickets
    case consistency
    case requeue
    case health

    package var title: String {
        switch self {
        case .blockers: "Blockers"
        case .questions: "Questions in threads"
        case .tickets: "Tickets from decisions"
        case .consistency: "Consistency of the data files"
        case .requeue: "Tickets that go back"
        case .health: "System health"
        }
    }

    package static func < (left: DispatchStep, right: DispatchStep) -> Bool { left.rawValue < right.rawValue }
}
