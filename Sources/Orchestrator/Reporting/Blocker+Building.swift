import Agents
import Foundation
package import RunModel

extension Blocker {
    /// Makes the blocker of one agent's refusal; `nil` when the run has no plan or the plan lacks the agent.
    ///
    /// Pass the refusal that is about to be journaled: its fact names the file this blocker is written to.
    package init?(_ refusal: AgentRefused, in record: RunRecord) {
        guard let created = record.created, let assignment = created.plan[refusal.agent] else { return nil }
        let agent = refusal.agent
        let own = AgentReport(assignment, in: record)
        let state = record.agents[agent] ?? AgentRecord()
        let conflicts = state.merge?.conflicts ?? []
        let failures = Self.failures(of: refusal, state: state, in: record)
        let files =
            (own.checks.filter { $0.status == .refused }.flatMap(\.findings).compactMap(\.file)
            + conflicts.map(\.path)).uniqued()
        let advice = BlockerAdvice(for: refusal.reason, agent: agent, conflicts: conflicts)

        id = "\(created.run)-\(agent.slug)"
        severity = refusal.reason == .guardViolation || refusal.reason == .secret ? "critical" : "high"
        title = "\(agent): \(assignment.title)"
        category = refusal.reason
        foundAt = record.startedAt ?? Date(timeIntervalSince1970: 0)
        issue = refusal.summary
        options = advice.options.enumerated().map { Option(id: $0 + 1, label: $1, recommended: $0 == 0) }
        recommendation = "Option 1: \(advice.reason)"
        blockerContext = Context(
            ticketID: Self.ticket(for: assignment, in: created.plan),
            run: created.run,
            agent: agent,
            branch: own.branch,
            ref: own.savedRef ?? (own.commit == nil ? nil : RunFolder(state: "", run: created.run).refusedRef(agent)),
            base: own.base,
            commit: own.commit,
            landedHead: record.landed?.to ?? record.train?.commit ?? record.preflight?.baseCommit,
            taskFile: created.taskFile,
            prompt: assignment.prompt,
            owns: assignment.ownership.owned.map(\.pattern.description).uniqued(),
            parts: assignment.ownership.parts,
            tests: assignment.tests,
            attempt: max(1, own.attempts.count),
            failures: failures,
            files: files,
            owners: files.map { file in Owner(path: file, agents: Self.owners(of: file, in: created.plan)) },
            conflicts: conflicts,
            logs: own.attempts.map(\.logs),
            report: "\(created.options.outputFolder)/runs/\(created.run)/agents/\(agent.slug).md"
        )
    }

    /// The ticket of a prompt that was written for one, else an id that the assignment's title holds (`TKT-005b`,
    /// `SEC-001`), else the run's label with the agent's id.
    static func ticket(for assignment: Assignment, in plan: Plan) -> String {
        let agent = assignment.id.slug.uppercased()
        let head = plan.title.prefix { $0 != ":" }
        if let name = plan.file.split(separator: "/").last, WorkPrompt.parts(ofFileName: String(name)) != nil,
            let ticket = TicketID(String(head))
        {
            return ticket.rawValue
        }
        if let ticket = TicketID.first(in: assignment.title) {
            // Several agents of one ticket fail, and go on, each for itself.
            let isShared = plan.assignments.count { TicketID.first(in: $0.title) == ticket } > 1
            return isShared ? "\(ticket)-\(agent)" : ticket.rawValue
        }
        let label = plan.label.map { AgentID($0).slug.uppercased() } ?? "RUN"
        // The agents of a labelled file are often named after it: `T3-A` of `QS9-T3`.
        let prefix = label.split(separator: "-").last.map { $0 + "-" } ?? ""
        return "\(label)-\(agent.hasPrefix(prefix) ? String(agent.dropFirst(prefix.count)) : agent)"
    }

    /// Agents whose rows cover the file.
    private static func owners(of file: String, in plan: Plan) -> [AgentID] {
        plan.assignments.filter { assignment in
            assignment.ownership.owned.contains { PathMatcher($0.pattern).matches(file) }
        }.map(\.id)
    }

    private static func failures(of refusal: AgentRefused, state: AgentRecord, in record: RunRecord) -> [Failure] {
        var failures = (state.verdict?.checks ?? []).filter { $0.status == .refused }.flatMap(gateFailures)
        if refusal.reason == .mergeConflict {
            failures += (state.merge?.conflicts ?? []).map { conflict in
                Failure(
                    category: refusal.reason.rawValue,
                    criterion: "'\(conflict.path)' merges with what landed before",
                    expected: "no other change of the same lines",
                    actual: "\(conflict.kind) conflict with "
                        + (conflict.others.isEmpty ? "the branch" : conflict.others.map(\.rawValue).asProse),
                    evidence: conflict.hunks.joined(separator: "\n")
                )
            }
        }
        if refusal.reason == .verifyFailure, let check = record.verifications.last(where: { !$0.isPassed }) {
            failures.append(
                Failure(
                    category: refusal.reason.rawValue,
                    criterion: check.failedCommand ?? "the verify commands",
                    expected: "passes on the merged tree",
                    actual: "fails at \(check.commit.shortCommit) with this work and passes without it",
                    evidence: check.output
                )
            )
        }
        guard failures.isEmpty else { return failures }
        let last = state.attempts.last?.finished?.outcome
        return [
            Failure(
                category: refusal.reason.rawValue,
                criterion: "the agent's work lands",
                expected: "work that passes the gate",
                actual: last.map { "the attempt \($0.ending.inWords)" } ?? refusal.summary,
                evidence: last?.summary
            )
        ]
    }

    private static func gateFailures(_ check: GateCheckResult) -> [Failure] {
        guard !check.findings.isEmpty else {
            let expected = expectation(of: check.check)
            return [Failure(category: check.check, criterion: check.check, expected: expected, actual: check.summary)]
        }
        return check.findings.map { finding in
            Failure(
                category: check.check,
                criterion: finding.code,
                expected: expectation(of: check.check),
                actual: finding.message,
                evidence: finding.file.map { finding.line > 0 ? "\($0):\(finding.line)" : $0 }
            )
        }
    }

    /// What a check of the gate wants to see.
    private static func expectation(of check: String) -> String {
        switch check {
        case "branch": "commits on the agent's own branch, on top of the base it was given"
        case "ownership": "changes only to paths, and parts of them, that the agent owns"
        case "protected_paths": "no change to a path that every run protects"
        case "outputs": "every declared output exists"
        case "conflict_markers": "no conflict markers in added lines"
        case "secrets": "nothing shaped like a key in added lines"
        case "size": "no file over the size limit"
        case "tests": "no test fails that passed at the base"
        case "emptiness": "at least one change"
        case "guard": "no other ref, setting or hook is touched"
        default: "the check passes"
        }
    }
}
