package import Foundation
package import RunModel

/// What git knows that triage asks for.
package struct RepositoryFacts: Sendable {
    /// A commit on the main branch that names a ticket.
    package struct Landing: Hashable, Sendable {
        /// The commit, in hex.
        package var commit: String
        package var subject: String
        /// When it was committed; `nil` when nobody says.
        package var time: Date?

        package init(commit: String, subject: String, time: Date? = nil) {
            self.commit = commit
            self.subject = subject
            self.time = time
        }
    }

    /// Short names of the local branches.
    package var branches: Set<String>
    /// The branch that work lands on; `nil` without a repository.
    package var mainBranch: String?
    /// The newest commit on that branch that names each ticket.
    package var landed: [TicketID: Landing]
    /// Files that each branch changes against the main branch.
    package var changedFiles: [String: [String]]

    package init(
        branches: Set<String> = [],
        mainBranch: String? = nil,
        landed: [TicketID: Landing] = [:],
        changedFiles: [String: [String]] = [:]
    ) {
        self.branches = branches
        self.mainBranch = mainBranch
        self.landed = landed
        self.changedFiles = changedFiles
    }
}
