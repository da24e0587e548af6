package import Agents
import Foundation
package import Git
import RunModel

/// Reads from a repository what triage and dispatch ask of git.
package struct RepositoryFactsReader: Sendable {
    package struct Options: Sendable {
        /// Commits of the main branch that are searched for tickets, the newest; default 20,000.
        package var commits = 20_000
        /// Branches whose changed files are listed, the first by name; default 200.
        package var branches = 200
        /// Files that are listed per branch; default 60.
        package var filesPerBranch = 60

        package init() {}
    }

    private let path: String
    private let options: Options
    private let lane = GitLane(name: "ledger")

    /// - Parameters:
    ///   - path: absolute path of the repository.
    ///   - options: bounds on what is looked at.
    package init(_ path: String, options: Options = Options()) {
        self.path = path
        self.options = options
    }

    /// Reads branches, landed tickets, and what the branches of tickets change; changes nothing.
    ///
    /// - Parameter base: the branch that work lands on; `nil` for `main`, `master` or the one checked out.
    /// - Returns: what was found; a repository without a commit gives nothing.
    /// - Throws: `GitError` when the repository cannot be read.
    package func load(base: String? = nil) async throws(GitError) -> RepositoryFacts {
        let options = options
        return try await lane.run(at: path) { repository throws(GitError) in
            let heads = try repository.references(matching: "refs/heads/*")
            var facts = RepositoryFacts(branches: Set(heads.keys.map { String($0.dropFirst(11)) }))
            let current = try repository.head().branch.map { String($0.dropFirst(11)) }
            let choices = [base, "main", "master", current].compactMap(\.self)
            guard let main = choices.first(where: facts.branches.contains), let tip = heads["refs/heads/" + main] else {
                return facts
            }
            facts.mainBranch = main
            facts.landed = try Self.landed(on: tip, in: repository, limit: options.commits)
            let names = facts.branches.filter { $0 != main && TicketID.first(in: $0) != nil }.sorted()
            for name in names.prefix(options.branches) {
                guard let head = heads["refs/heads/" + name], let fork = try repository.mergeBase(tip, head) else {
                    continue
                }
                let changes = try repository.changes(from: fork, to: head)
                facts.changedFiles[name] = changes.prefix(options.filesPerBranch).map { $0.path.description }
            }
            return facts
        }
    }

    /// The newest commit that names each ticket; a ticket whose newest commit takes its work back has not landed.
    private static func landed(
        on tip: OID,
        in repository: borrowing Repository,
        limit: Int
    ) throws(GitError) -> [TicketID: RepositoryFacts.Landing] {
        var landed: [TicketID: RepositoryFacts.Landing] = [:]
        var seen: Set<TicketID> = []
        for commit in try repository.commits(from: nil, to: tip).prefix(limit) {
            let info = try repository.commit(commit)
            let subject = info.message.split(separator: "\n").first.map(String.init) ?? ""
            let isRevert = subject.lowercased().hasPrefix("revert")
            guard isRevert || !isAboutOtherThings(subject) else { continue }
            for ticket in TicketID.all(in: subject, isWhole: true) where seen.insert(ticket).inserted && !isRevert {
                landed[ticket] = RepositoryFacts.Landing(
                    commit: commit.hex,
                    subject: subject,
                    time: Date(timeIntervalSince1970: Double(info.committer.time))
                )
            }
        }
        return landed
    }

    /// Commits that speak of a ticket without being its work: `docs: blocker of TKT-007`, `WIP TKT-007`.
    private static func isAboutOtherThings(_ subject: String) -> Bool {
        let lower = subject.lowercased()
        return [
            "docs:", "docs(", "chore:", "chore(", "wip", "ledger", "triage", "dispatch", "tickets:", "plan:",
            "prompts:",
        ]
        .contains(where: lower.hasPrefix)
    }
}
