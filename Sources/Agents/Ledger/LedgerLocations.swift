/// Where the ledger's files lie.
///
/// Folders are relative to the repository; an absolute one is taken as it is.
package struct LedgerLocations: Hashable, Sendable {
    /// Absolute path of the repository's root.
    package var repository: String
    /// Folder of blockers, reservations, inbox, archive, quarantine and reports; setting `paths.output`.
    package var output: String
    /// Folder of the four data files; setting `paths.data`.
    package var data: String
    /// Folder of prompts that wait for an agent; setting `paths.prompts`.
    package var prompts: String

    package init(
        repository: String,
        output: String = "docs/agent-output",
        data: String = "data",
        prompts: String = "prompts/active"
    ) {
        self.repository = repository
        self.output = output
        self.data = data
        self.prompts = prompts
    }

    /// A folder of the ledger.
    package enum Place: Hashable, Sendable {
        /// Blockers that wait for triage.
        case blocked
        /// What agents have in hand.
        case started
        /// Items for a person.
        case inbox
        /// Blockers after triage, by day (`2026-11-21`).
        case archive(day: String)
        /// Files that could not be read, by day.
        case quarantine(day: String)
        /// The days of the archive.
        case archives
        /// Prompts that wait for an agent.
        case prompts
        /// `dispatch-report-*.md`, `triage-report-*.md`.
        case reports
        case data
    }

    /// The folder's path: relative to the repository, or absolute.
    package func folder(_ place: Place) -> String {
        switch place {
        case .blocked: output + "/blocked"
        case .started: output + "/started"
        case .inbox: output + "/inbox"
        case .archive(let day): output + "/archive/" + day
        case .quarantine(let day): output + "/quarantine/" + day
        case .archives: output + "/archive"
        case .prompts: prompts
        case .reports: output
        case .data: data
        }
    }

    /// A file's path as people and links read it: relative to the repository where it lies inside.
    package func path(_ name: String, in place: Place) -> String { folder(place) + "/" + name }
}

/// The data files that people and agents edit entry by entry.
package enum LedgerFile: String, Hashable, Sendable, CaseIterable {
    case tickets = "tickets.json"
    case findings = "findings.json"
    case stagingFindings = "findings-staging.json"
    case decisions = "decisions.json"
    case requeue = "requeue.json"

    /// The key of its list of entries.
    package var list: String {
        switch self {
        case .tickets: "tickets"
        case .findings, .stagingFindings: "findings"
        case .decisions: "threads"
        case .requeue: "entries"
        }
    }
}
