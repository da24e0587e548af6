package import RunModel

/// Which branch a run lands on and which commit it starts from, decided from facts about the repository.
///
/// The rules, first match wins: the branch the task file or the settings name; the branch its pre-flight checks out; the
/// local branch it pushes, because what is pushed is what was landed on; the branch that is checked out; `main`; `master`. A
/// detached HEAD names no branch.
package struct BaseChoice: Hashable, Sendable {
    /// What the repository says about one branch.
    package struct Facts: Hashable, Sendable {
        /// Short names of the local branches.
        package var branches: Set<String>
        /// The checked-out branch; `nil` when HEAD is detached.
        package var current: String?
        /// HEAD names a branch without a commit.
        package var isUnborn: Bool

        package init(branches: Set<String>, current: String?, isUnborn: Bool) {
            self.branches = branches
            self.current = current
            self.isUnborn = isUnborn
        }
    }

    /// The branch's short name.
    package static func branch(named wanted: String?, plan: Plan, facts: Facts) throws -> String {
        if facts.branches.isEmpty && facts.isUnborn {
            throw OrchestratorError.unbornBase(facts.current ?? "HEAD")
        }
        if let name = plan.base ?? wanted {
            guard facts.branches.contains(name) else {
                throw OrchestratorError.noSuchBase(name, branches: facts.branches)
            }
            return name
        }
        let checkedOut = plan.preflight.lazy.compactMap { Self.branch(checkedOutBy: $0.command) }
        let candidates = Array(checkedOut) + [plan.push?.branch, facts.current, "main", "master"].compactMap(\.self)
        if let name = candidates.first(where: { facts.branches.contains($0) }) { return name }
        if facts.isUnborn, let current = facts.current { throw OrchestratorError.unbornBase(current) }
        throw OrchestratorError.noBase(branches: facts.branches)
    }

    /// The branch in `git checkout <branch>` or `git switch <branch>`, without options.
    static func branch(checkedOutBy command: String) -> String? {
        let words = command.split(separator: " ").map(String.init)
        guard words.count == 3, words[0] == "git", ["checkout", "switch"].contains(words[1]),
            !words[2].hasPrefix("-")
        else { return nil }
        return words[2]
    }
}

/// How the local branch and its remote counterpart lie to each other.
package enum RemotePosition: String, Hashable, Sendable {
    /// No remote, or the remote lacks the branch.
    case absent
    case equal
    /// The local branch has commits the remote lacks.
    case ahead
    /// The remote has commits the local branch lacks; the run starts from the remote's.
    case behind
    /// Both have commits of their own: the result can land, but cannot be pushed.
    case diverged

    package init(ahead: Int, behind: Int) {
        self =
            switch (ahead > 0, behind > 0) {
            case (false, false): .equal
            case (true, false): .ahead
            case (false, true): .behind
            case (true, true): .diverged
            }
    }
}

extension OrchestratorError {
    static func unbornBase(_ branch: String) -> OrchestratorError {
        OrchestratorError(
            .baseUnusable,
            "The base branch '\(branch)' has no commit yet.",
            hint: "Agents need a commit to start from: commit something, then run again."
        )
    }

    static func noSuchBase(_ branch: String, branches: Set<String>) -> OrchestratorError {
        OrchestratorError(
            .baseUnusable,
            "The base branch '\(branch)' does not exist in this repository.",
            hint: "Local branches: \(list(branches)). Name one with 'base:' in the task file or the settings."
        )
    }

    static func noBase(branches: Set<String>) -> OrchestratorError {
        OrchestratorError(
            .baseUnusable,
            "HEAD is detached and there is no branch 'main' or 'master' to land on.",
            hint: "Local branches: \(list(branches)). Name one with 'base:' in the task file or the settings."
        )
    }

    private static func list(_ branches: Set<String>) -> String {
        let shown = branches.filter { !$0.hasPrefix("switchyard/") }.sorted()
        return shown.isEmpty ? "none" : shown.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
    }
}
