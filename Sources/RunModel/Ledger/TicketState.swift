/// Where a ticket stands.
package enum TicketState: String, Hashable, Sendable, Codable, CaseIterable {
    /// Being written; nobody may start it.
    case draft
    /// Whole, and waiting for somebody to take it.
    case ready
    /// An agent has it.
    case inProgress = "in_progress"
    /// The work is there and waits to be checked.
    case qaPending = "qa_pending"
    /// The check refused the work.
    case qaFailed = "qa_failed"
    /// Waits for a person.
    case blocked
    /// Waits for another ticket that makes a tool.
    case blockedTooling = "blocked_tooling"
    /// Its work is on the main branch.
    case merged
    /// Nobody will do it.
    case closed

    /// States that may follow directly.
    ///
    /// Reports come in for work whose beginning nobody wrote down, so `ready` leads wherever `in_progress` does.
    package var next: Set<TicketState> {
        switch self {
        case .draft: [.ready, .blocked, .closed]
        case .ready: [.draft, .inProgress, .qaPending, .qaFailed, .blocked, .blockedTooling, .merged, .closed]
        case .inProgress: [.ready, .qaPending, .qaFailed, .blocked, .blockedTooling, .merged, .closed]
        case .qaPending: [.ready, .inProgress, .qaFailed, .blocked, .blockedTooling, .merged, .closed]
        case .qaFailed: [.ready, .inProgress, .qaPending, .blocked, .blockedTooling, .merged, .closed]
        case .blocked: [.draft, .ready, .inProgress, .qaPending, .qaFailed, .blockedTooling, .merged, .closed]
        case .blockedTooling: [.ready, .inProgress, .qaPending, .qaFailed, .blocked, .merged, .closed]
        case .merged: [.qaFailed, .closed]
        case .closed: [.draft, .ready]
        }
    }

    package func canMove(to state: TicketState) -> Bool { next.contains(state) }

    /// Nothing is left to do.
    package var isFinal: Bool { self == .merged || self == .closed }

    /// Reads any spelling that agents and people use: `done`, `QA-Failed`, `in progress`; `nil` when it says nothing known.
    package init?(reading text: String) {
        let folded = FieldName(text).folded
        if let exact = Self.allCases.first(where: { FieldName($0.rawValue).folded == folded }) {
            self = exact
        } else if let state = Self.synonyms[folded] {
            self = state
        } else {
            return nil
        }
    }

    private static let synonyms: [String: TicketState] = [
        "done": .merged, "complete": .merged, "completed": .merged, "landed": .merged, "shipped": .merged,
        "released": .merged, "finished": .merged, "resolved": .merged, "approved": .merged, "qaapproved": .merged,
        "qapassed": .merged,
        "open": .ready, "todo": .ready, "new": .ready, "pending": .ready, "queued": .ready, "backlog": .ready,
        "reopened": .ready, "waiting": .ready,
        "wip": .inProgress, "started": .inProgress, "active": .inProgress, "working": .inProgress, "dev": .inProgress,
        "indevelopment": .inProgress, "continuation": .inProgress, "assigned": .inProgress,
        "qa": .qaPending, "inqa": .qaPending, "review": .qaPending, "inreview": .qaPending, "readyforqa": .qaPending,
        "devcomplete": .qaPending, "awaitingqa": .qaPending, "testing": .qaPending, "qainprogress": .qaPending,
        "failed": .qaFailed, "failedqa": .qaFailed, "qafailure": .qaFailed, "rejected": .qaFailed, "rework": .qaFailed,
        "qablocked": .blocked, "onhold": .blocked, "awaitinghuman": .blocked, "needsclarification": .blocked,
        "needsinput": .blocked, "stuck": .blocked, "waitingforhuman": .blocked,
        "waitingfortooling": .blockedTooling, "toolingblocked": .blockedTooling, "blockedontooling": .blockedTooling,
        "cancelled": .closed, "canceled": .closed, "wontfix": .closed, "invalid": .closed, "duplicate": .closed,
        "skipped": .closed, "abandoned": .closed, "obsolete": .closed, "archived": .closed,
    ]
}
