/// The entries of a reflog file, which git and libgit2 append to whenever they move a ref.
struct Reflog: Sendable {
    struct Entry: Hashable, Sendable {
        /// Commits (hex); zeros for none.
        var old: String
        var new: String
        /// Committer: `Name <email> seconds zone`.
        var committer: String
        var message: String

        /// The entry stands for a commit made right there, rather than for a move to one that existed.
        var isCreation: Bool {
            ["commit", "cherry-pick", "revert", "rebase", "am:", "merge"].contains { message.hasPrefix($0) }
                && !message.contains("Fast-forward") && !message.contains("(start)") && !message.contains("(finish)")
        }

        /// The entry tells why `HEAD` names another branch now, rather than that the branch it names has moved.
        var isCheckout: Bool { ["checkout:", "rebase", "Branch: renamed"].contains { message.hasPrefix($0) } }

        /// The runner wrote it.
        var isByRunner: Bool { message.hasPrefix("switchyard") }

        /// The text in brackets that ends the committer's name, when an agent's process made the entry.
        var mark: String? {
            guard let open = committer.firstRange(of: "(switchyard ") else { return nil }
            guard let close = committer[open.lowerBound...].firstIndex(of: ")") else { return nil }
            return String(committer[open.lowerBound...close])
        }
    }

    /// Oldest first.
    var entries: [Entry]

    init(_ text: String) {
        entries = text.split(separator: "\n").compactMap { line in
            let halves = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            let head = halves[0].split(separator: " ", maxSplits: 2)
            guard head.count == 3, head[0].count >= 40, head[1].count >= 40 else { return nil }
            return Entry(
                old: String(head[0]),
                new: String(head[1]),
                committer: String(head[2]),
                message: halves.count > 1 ? String(halves[1]) : ""
            )
        }
    }

    /// Reads what was appended to a log after it had that size; all of it when it is shorter now.
    static func load(_ path: String, after size: Int) -> Reflog {
        let start = GuardFiles.size(path) >= size ? size : 0
        return Reflog(GuardFiles.text(path, from: start) ?? "")
    }
}
