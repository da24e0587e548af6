import RunModel

/// Decides for every changed path whether the agent owns it.
struct OwnershipCheck: Sendable {
    private let mine: OwnershipIndex
    private let others: [OwnershipIndex]
    private let readOnly: [PathMatcher]
    private let collected: CollectedNames
    private let protected: ProtectedPaths

    init(plan: Plan, assignment: Assignment, protected: ProtectedPaths) {
        mine = OwnershipIndex(assignment)
        others = plan.assignments.filter { $0.id != assignment.id }.map(OwnershipIndex.init)
        readOnly = plan.readOnly.map(PathMatcher.init)
        collected = CollectedNames(plan)
        self.protected = protected
    }

    /// Findings about all changes, those of one file together: errors refuse the work, notes rest on review.
    ///
    /// `confusable` gives for an added path another path of the tree that differs only by case or normalisation.
    func findings(_ changes: [FileChange], confusable: [[UInt8]: [UInt8]] = [:]) -> [Finding] {
        changes.flatMap { change -> [Finding] in
            var findings = findings(change)
            if let other = confusable[change.path] { findings.append(collision(change, other)) }
            return findings
        }
    }

    /// Findings about changes to paths that every run protects, unless a row names them.
    func protectedFindings(_ changes: [FileChange]) -> [Finding] {
        changes.compactMap { change in
            guard let rule = protected.rule(for: change.path) else { return nil }
            guard !mine.rows.contains(where: { protected.isNamed(change.path, under: rule, by: $0.owned) }) else {
                return nil
            }
            return Finding(
                .error,
                "protected-path",
                "\(verb(change)) '\(change.display)', which \(rule.why): such paths are protected in every run.",
                file: change.display,
                hint: "If it is this agent's task, add a row with `\(change.display)` to its ownership."
            )
        }
    }

    private func findings(_ change: FileChange) -> [Finding] {
        // Protected paths have a check of their own; one complaint is enough.
        if protected.rule(for: change.path) != nil { return [] }
        let rows = mine.rows(covering: change.path)
        if let finding = forbiddenFinding(change, rows: rows) { return [finding] }
        if rows.isEmpty { return unownedFindings(change) }
        if change.newEntry == .submodule || change.oldEntry == .submodule,
            !rows.contains(where: { $0.owned.pattern.kind == .path })
        {
            return [
                Finding(
                    .error,
                    "submodule-change",
                    "\(verb(change)) the submodule '\(change.display)', which no row names exactly.",
                    file: change.display,
                    hint: "Add a row with exactly `\(change.display)`, or leave the submodule alone."
                )
            ]
        }
        return newFileFindings(change, rows: rows) + linkFindings(change) + regionFindings(change, rows: rows)
    }

    /// A forbidden path, unless the agent's own row is the more exact one.
    private func forbiddenFinding(_ change: FileChange, rows: [OwnershipIndex.Row]) -> Finding? {
        if let pattern = mine.forbidden.first(where: { $0.matches(change.path) })?.pattern {
            let isExact = rows.contains {
                $0.owned.pattern.kind == .path && (pattern.kind != .path || $0.owned.region != nil)
            }
            if !isExact {
                return Finding(
                    .error,
                    "forbidden-path",
                    "\(verb(change)) '\(change.display)', which the task forbids to it (`\(pattern)`).",
                    file: change.display,
                    hint: "Restore it: git checkout <base> -- '\(change.display)'."
                )
            }
        }
        guard let matcher = readOnly.first(where: { $0.matches(change.path) }),
            !rows.contains(where: { ProtectedPaths.isInside($0.owned.pattern, matcher) })
        else { return nil }
        return Finding(
            .error,
            "read-only-path",
            "\(verb(change)) '\(change.display)', which the task makes read-only for all agents (`\(matcher.pattern)`).",
            file: change.display,
            hint: "Only an agent whose own row names this path may change it."
        )
    }

    private func unownedFindings(_ change: FileChange) -> [Finding] {
        let owners = others.filter { $0.owns(change.path) }.map(\.agent)
        // Its own tests, but no one's whom the task gives them to.
        if owners.isEmpty, mine.namesInTests(change.path) { return [] }
        if owners.isEmpty, collected.isCollected(change.path), change.kind != .deleted, change.newEntry == .file {
            let named = collected.owner(of: change.path)
            if named == nil || named == mine.agent { return [] }
            return [unowned(change, owners: named.map { [$0] } ?? [])]
        }
        return [unowned(change, owners: owners)]
    }

    private func unowned(_ change: FileChange, owners: [AgentID]) -> Finding {
        let names = owners.map(\.rawValue).joined(separator: ", ")
        let whose = owners.isEmpty ? "which no agent of this task owns" : "which belongs to agent \(names)"
        return Finding(
            .error,
            "unowned-path",
            "\(verb(change)) '\(change.display)', \(whose).",
            file: change.display,
            line: change.addedLines.first?.lowerBound ?? 0,
            hint: owners.isEmpty
                ? "Add a row with `\(change.display)` to agent \(mine.agent)'s ownership, or leave the file alone."
                : "Leave the file to agent \(names), or give both a part of it in their rows."
        )
    }

    private func newFileFindings(_ change: FileChange, rows: [OwnershipIndex.Row]) -> [Finding] {
        guard change.kind != .added, rows.allSatisfy({ $0.owned.isNew }) else { return [] }
        return [
            Finding(
                .warning,
                "not-new",
                "'\(change.display)' is a new file by its row, but exists at the base.",
                file: change.display,
                hint: "The row may be out of date, or another agent has landed the file first."
            )
        ]
    }

    /// A link may lead the next reader out of what the agent owns.
    private func linkFindings(_ change: FileChange) -> [Finding] {
        guard change.newEntry == .symbolicLink else { return [] }
        let target = String(decoding: change.new, as: UTF8.self)
        guard target.hasPrefix("/") || Self.leavesRepository(target, from: change.display) else { return [] }
        return [
            Finding(
                .error,
                "link-outside",
                "'\(change.display)' is a symbolic link to '\(target)', which lies outside of the repository.",
                file: change.display,
                hint: "Link to a path inside the repository, or copy the content."
            )
        ]
    }

    private static func leavesRepository(_ target: String, from path: String) -> Bool {
        var depth = path.split(separator: "/").count - 1
        for component in target.split(separator: "/") where component != "." {
            depth += component == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }

    /// A row for the whole file allows all; else one region must allow the change.
    private func regionFindings(_ change: FileChange, rows: [OwnershipIndex.Row]) -> [Finding] {
        let regions = rows.compactMap(\.owned.region)
        guard regions.count == rows.count else { return [] }
        var broken: (line: Int, why: String, region: Region)?
        for region in regions {
            switch RegionCheck(region: region).answer(change) {
            case .kept: return []
            case .restsOnReview(let why):
                return [
                    Finding(
                        .note,
                        "region-review",
                        "The change to '\(change.display)' rests on review: \(why).",
                        file: change.display,
                        line: change.addedLines.first?.lowerBound ?? 0
                    )
                ]
            case .broken(let line, let why): broken = broken ?? (line, why, region)
            }
        }
        guard let broken else { return [] }
        return [
            Finding(
                .error,
                "region-broken",
                "\(verb(change)) '\(change.display)' outside of the part it owns "
                    + "(`\(broken.region.text)`): \(broken.why).",
                file: change.display,
                line: broken.line,
                hint: Self.hint(broken.region)
            )
        ]
    }

    private static func hint(_ region: Region) -> String {
        switch region.kind {
        case .append: "Put the new lines after the last line of the file and leave the others as they were."
        case .symbols: "Keep the change inside of what the row names, or widen the row."
        case .prose: "Keep the change inside of what the row describes, or widen the row."
        }
    }

    private func collision(_ change: FileChange, _ other: [UInt8]) -> Finding {
        Finding(
            .error,
            "case-collision",
            "'\(change.display)' differs from '\(String(decoding: other, as: UTF8.self))' only by case or Unicode "
                + "normalisation: on many machines the two are one file.",
            file: change.display,
            hint: "Choose another name."
        )
    }

    private func verb(_ change: FileChange) -> String {
        switch change.kind {
        case .added: "Agent \(mine.agent) adds"
        case .deleted: "Agent \(mine.agent) deletes"
        case .modified where change.isEntryChange && change.old == change.new: "Agent \(mine.agent) changes the mode of"
        case .modified: "Agent \(mine.agent) changes"
        }
    }
}
