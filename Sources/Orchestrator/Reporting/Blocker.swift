package import Foundation
package import RunModel

/// Why an agent's work did not land, in the ledger's wrapped shape, for triage to read.
package struct Blocker: Hashable, Sendable, Codable {
    /// Names the run and the agent, so that writing it again is recognised.
    package var id: String
    package var type = "blocker"
    package var source = "switchyard"
    package var severity: String
    package var title: String
    /// The refusal reason.
    package var category: RefusalReason
    package var status = "pending"
    package var foundAt: Date
    /// What happened, in a sentence or two.
    package var issue: String
    package var options: [Option]
    /// The option to take, and why.
    package var recommendation: String
    package var blockerContext: Context

    /// One way to go on.
    package struct Option: Hashable, Sendable, Codable {
        package var id: Int
        package var label: String
        package var recommended: Bool
    }

    /// One thing that was expected and not so.
    package struct Failure: Hashable, Sendable, Codable {
        /// The gate's check, or the step of the run.
        package var category: String
        package var criterion: String
        package var expected: String
        package var actual: String
        package var evidence: String?
    }

    /// Who may write one of the files concerned.
    package struct Owner: Hashable, Sendable, Codable {
        package var path: String
        package var agents: [AgentID]
    }

    /// Everything the next attempt needs to know.
    package struct Context: Hashable, Sendable, Codable {
        package var ticketID: String
        package var run: RunID
        package var agent: AgentID
        package var branch: String?
        /// Where the work is kept; `nil` when there is none.
        package var ref: String?
        package var base: String?
        package var commit: String?
        /// The landed commit to start again from (hex).
        package var landedHead: String?
        package var taskFile: String
        /// The agent's own part of the task file, so that the next attempt knows the task.
        package var prompt: String
        /// What the agent may write.
        package var owns: [String]
        /// The parts it may write of paths it does not own whole.
        package var parts: [OwnedPart]
        /// Commands that must pass in its worktree.
        package var tests: [String]
        package var attempt: Int
        package var failures: [Failure]
        package var files: [String]
        package var owners: [Owner]
        package var conflicts: [ConflictRecord]
        /// Folders of log files, relative to the repository.
        package var logs: [String]
        /// The agent's page of the report, relative to the repository.
        package var report: String

        private enum CodingKeys: String, CodingKey {
            case run, agent, branch, ref, base, commit, landedHead, taskFile, prompt, owns, parts, tests
            case attempt, failures, files, owners, conflicts, logs, report
            case ticketID = "ticketId"
        }
    }

    /// File name in the ledger's family: `BLOCKED-<ticket>-<stamp>.json`.
    ///
    /// The stamp is the time the run started, so every attempt to write the same blocker finds the same name.
    package var fileName: String {
        "BLOCKED-\(TicketID(canonical: blockerContext.ticketID).fileName)-\(Self.stamp(of: foundAt)).json"
    }

    /// `20261121T084500Z`.
    private static func stamp(of date: Date) -> String {
        date.ISO8601Format(.iso8601(timeZone: .gmt, dateSeparator: .omitted, timeSeparator: .omitted)) + "Z"
    }
}
