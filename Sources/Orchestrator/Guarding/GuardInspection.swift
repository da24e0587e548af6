package import RunModel

/// What the guard found out about one agent's attempt, after comparing the repository with the snapshot.
package struct GuardInspection: Hashable, Sendable, Codable {
    package var agent: AgentID
    package var violations: [GuardViolation]
    /// What kept the agent in: `bubblewrap`, `landlock` or `none`.
    package var sandbox: String

    package init(agent: AgentID, violations: [GuardViolation] = [], sandbox: String) {
        self.agent = agent
        self.violations = violations
        self.sandbox = sandbox
    }

    /// The work must not land.
    package var isRefusing: Bool { violations.contains(where: \.isRefusing) }

    /// The inspection as a check of the gate: refused for what the agent did, warned for what was stopped or is unclear.
    package var checkResult: GateCheckResult {
        let findings = violations.map(finding)
        let held = sandbox == "none" ? "no sandbox: only detection held" : "the sandbox (\(sandbox)) held"
        guard let first = violations.first(where: \.isRefusing) else {
            let attempts = violations.count { $0.kind == .attempt }
            if violations.isEmpty {
                return GateCheckResult(
                    check: "guard",
                    status: .passed,
                    summary: "touched nothing but its own branch; \(held)"
                )
            }
            let what =
                attempts == violations.count
                ? "\(attempts) forbidden \(attempts == 1 ? "step was" : "steps were") refused and did nothing"
                : "changes in the repository that nobody can be shown to have made"
            return GateCheckResult(check: "guard", status: .warned, summary: "\(what); \(held)", findings: findings)
        }
        let count = violations.count(where: \.isRefusing)
        return GateCheckResult(
            check: "guard",
            status: .refused,
            summary: "changed \(first.subject)" + (count > 1 ? " and \(count - 1) more" : "") + "; \(held)",
            findings: findings,
            reason: .guardViolation
        )
    }

    private func finding(_ violation: GuardViolation) -> Finding {
        let isRefusing = violation.isRefusing
        return Finding(
            isRefusing ? .error : violation.kind == .attempt || violation.remedy == .undone ? .warning : .note,
            "guard-" + violation.kind.rawValue.split(separator: "_").joined(separator: "-"),
            violation.sentence(agent: agent),
            hint: violation.hint
        )
    }
}

extension GuardViolation {
    /// Who did what, why the guard thinks so, and what became of it.
    func sentence(agent: AgentID) -> String {
        let who =
            switch attribution {
            case .proved: "Agent \(agent)"
            case .likely: "Probably agent \(agent)"
            case .unknown: "Somebody"
            }
        let did = "\(who) \(action): \(evidence)."
        switch remedy {
        case .notNeeded: return did
        case .undone: return did + " It was put back."
        case .left: return did + " It was left as it is."
        }
    }

    private var action: String {
        let (old, new) = (Self.short(before), Self.short(after))
        switch kind {
        case .attempt: return "tried '\(subject)', which is not allowed"
        case .refMoved: return "moved '\(subject)' from \(old) to \(new)"
        case .refCreated: return "created '\(subject)' at \(new)"
        case .refDeleted: return "deleted '\(subject)', which stood at \(old)"
        case .headMoved: return "moved \(subject) from \(old) to \(new)"
        case .configChanged, .hookChanged, .gitFileChanged:
            return
                "\(before.isEmpty ? "created" : after.isEmpty ? "removed" : "changed") '\(subject)' in the git folder"
        case .pushed: return "pushed to \(subject)"
        }
    }

    var hint: String? {
        switch (kind, kept) {
        case (.attempt, _): return "Tell the agent in its prompt to commit on its own branch and do nothing else."
        case (.pushed, _): return "Look at that branch on the remote; the runner never takes a push back."
        case (_, let kept?): return "What was put aside is kept as '\(kept)'."
        case (_, nil): return remedy == .left ? "Check it yourself with 'git reflog'." : nil
        }
    }

    private static func short(_ value: String) -> String {
        value.hasPrefix("ref: ") ? "'\(value.dropFirst(5))'" : String(value.prefix(10))
    }
}
