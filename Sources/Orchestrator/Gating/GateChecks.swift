import RunModel

/// The checks that look only at what was read from the repository: each turns evidence into one result.
enum GateChecks {
    /// The work descends from its base, in a straight line, and only this agent made it.
    static func branch(_ input: GateInput, evidence: GateEvidence?) -> GateCheckResult {
        let agent = input.assignment.id
        var findings = input.work.findings
        guard let evidence else {
            if findings.isEmpty {
                findings = [
                    Finding(
                        .error,
                        "branch-gone",
                        "The branch '\(input.site.branch)' of agent \(agent) does not exist."
                    )
                ]
            }
            return result("branch", findings, passed: "", reason: .branchState, refused: "the branch is gone")
        }
        if !evidence.isForwardOfBase {
            findings.append(
                Finding(
                    .error,
                    "not-forward-of-base",
                    "The branch of agent \(agent) does not descend from its base \(input.site.base.prefix(10)).",
                    hint: "The agent has reset or rebased it onto other commits; its work is kept on the branch."
                )
            )
        }
        for commit in evidence.mergeCommits {
            findings.append(
                Finding(
                    .error,
                    "merge-commit",
                    "The commit \(commit.prefix(10)) on the branch of agent \(agent) is a merge.",
                    hint: "The runner merges; an agent only commits."
                )
            )
        }
        for (other, commits) in evidence.foreign.sorted(by: { $0.key < $1.key }) {
            let count = commits.count == 1 ? "the commit \(commits[0].prefix(10))" : "\(commits.count) commits"
            findings.append(
                Finding(
                    .error,
                    "foreign-commits",
                    "The branch of agent \(agent) holds \(count) of agent \(other).",
                    hint: "If agent \(agent) needs that work, let it depend on agent \(other) in the task file."
                )
            )
        }
        let count = evidence.commits.count
        return result(
            "branch",
            findings,
            passed: "\(count) \(count == 1 ? "commit" : "commits") ahead of its base",
            reason: .branchState,
            refused: nil
        )
    }

    static func emptiness(_ input: GateInput, evidence: GateEvidence) -> GateCheckResult {
        if !evidence.changes.isEmpty {
            let count = evidence.changes.count
            return GateCheckResult(
                check: "emptiness",
                status: .passed,
                summary: "\(count) \(count == 1 ? "path" : "paths") changed"
            )
        }
        let summary = evidence.commits.isEmpty ? "no commit and no change" : "the commits change nothing"
        if input.options.isNoWorkAllowed {
            return GateCheckResult(check: "emptiness", status: .warned, summary: summary + ", which is allowed")
        }
        let finding = Finding(
            .error,
            "no-work",
            "Agent \(input.assignment.id) ended without any change.",
            hint: "Read its log; an agent that asks a question or stops early often ends this way."
        )
        return GateCheckResult(
            check: "emptiness",
            status: .refused,
            summary: summary,
            findings: [finding],
            reason: .noWork
        )
    }

    static func ownership(_ check: OwnershipCheck, evidence: GateEvidence) -> GateCheckResult {
        let findings = check.findings(evidence.changes, confusable: evidence.confusable)
        let wrongs = ownershipWrongs.compactMap { wrong -> String? in
            let paths = Set(findings.filter { $0.severity == .error && $0.code == wrong.code }.compactMap(\.file))
            return paths.isEmpty ? nil : "\(wrong.words): " + Self.list(paths.sorted())
        }
        return result(
            "ownership",
            findings,
            passed: "all changed paths are owned",
            reason: .ownershipViolation,
            refused: wrongs.isEmpty ? nil : wrongs.joined(separator: "; ")
        )
    }

    /// What the summary calls each kind of violation, gravest first.
    private static let ownershipWrongs: [(code: String, words: String)] = [
        ("unowned-path", "not owned"), ("forbidden-path", "forbidden"), ("read-only-path", "read-only"),
        ("region-broken", "outside of its part"), ("link-outside", "link out of the repository"),
        ("submodule-change", "submodule not named"), ("case-collision", "the same name on many machines"),
    ]

    static func protectedPaths(_ check: OwnershipCheck, evidence: GateEvidence) -> GateCheckResult {
        let findings = check.protectedFindings(evidence.changes)
        return result(
            "protected_paths",
            findings,
            passed: "no protected path changed",
            reason: .protectedPath,
            refused: findings.isEmpty ? nil : "protected: " + Self.list(findings.compactMap(\.file))
        )
    }

    static func conflictMarkers(_ evidence: GateEvidence) -> GateCheckResult {
        result(
            "conflict_markers",
            evidence.changes.flatMap(ConflictMarkers.findings),
            passed: "no conflict markers",
            reason: .conflictMarkers,
            refused: nil
        )
    }

    static func secrets(_ input: GateInput, evidence: GateEvidence) -> GateCheckResult {
        let findings = evidence.changes.flatMap {
            SecretShapes.findings($0, isBlocking: input.options.areSecretsBlocking)
        }
        return result("secrets", findings, passed: "nothing looks like a secret", reason: .secret, refused: nil)
    }

    static func size(_ input: GateInput, evidence: GateEvidence) -> GateCheckResult {
        let limit = input.options.largestFileInBytes
        let findings = evidence.changes.filter { $0.newEntry != nil && $0.sizeInBytes > limit }.map { change in
            Finding(
                .error,
                "oversized-file",
                "'\(change.display)' has \(bytes(change.sizeInBytes)); the limit is \(bytes(limit)).",
                file: change.display,
                hint: "Keep large files out of the repository, or raise the limit in the settings."
            )
        }
        return result("size", findings, passed: "no file over \(bytes(limit))", reason: .oversizedFile, refused: nil)
    }

    static func outputs(_ input: GateInput, evidence: GateEvidence) -> GateCheckResult {
        if input.assignment.outputs.isEmpty {
            return GateCheckResult(check: "outputs", status: .notApplicable, summary: "no outputs declared")
        }
        let findings = evidence.missingOutputs.map { output in
            Finding(
                .error,
                "missing-output",
                "The declared output '\(output)' does not exist in the work.",
                file: output,
                hint: "Look whether it was written elsewhere, or is ignored by a '.gitignore'."
            )
        }
        return result(
            "outputs",
            findings,
            passed: "all declared outputs exist",
            reason: .missingOutput,
            refused: findings.isEmpty ? nil : "missing: " + Self.list(evidence.missingOutputs)
        )
    }

    /// Errors refuse, anything else only warns.
    static func result(
        _ check: String,
        _ findings: [Finding],
        passed: String,
        reason: RefusalReason,
        refused: String?
    ) -> GateCheckResult {
        if let first = findings.first(where: { $0.severity == .error }) {
            return GateCheckResult(
                check: check,
                status: .refused,
                summary: refused ?? first.message,
                findings: findings,
                reason: reason
            )
        }
        if findings.isEmpty { return GateCheckResult(check: check, status: .passed, summary: passed) }
        let isNotable = findings.contains { $0.severity == .warning }
        let summary =
            findings.count == 1
            ? findings[0].message : "\(passed.isEmpty ? "" : passed + "; ")\(findings.count) remarks"
        return GateCheckResult(
            check: check,
            status: isNotable ? .warned : .passed,
            summary: summary,
            findings: findings
        )
    }

    /// The first few names, and how many more there are.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
    }

    private static func bytes(_ count: Int) -> String {
        if count < 1 << 10 { return "\(count) bytes" }
        if count < 1 << 20 { return tenths(count, 1 << 10) + " KiB" }
        return tenths(count, 1 << 20) + " MiB"
    }

    private static func tenths(_ count: Int, _ unit: Int) -> String {
        let tenths = count * 10 / unit
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
