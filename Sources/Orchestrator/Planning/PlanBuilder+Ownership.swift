import RunModel

/// Who owns what, and whether it fits together.
extension PlanBuilder {
    mutating func joinOwnership() {
        joins = taskFile.agents.map { _ in OwnershipJoin() }
        for row in taskFile.rows {
            for owner in row.owners {
                if OwnershipTable.everyone.contains(owner.lowercased()) {
                    for index in joins.indices { for item in row.items { joins[index].add(item, from: .table) } }
                } else if let id = AgentMatch.find(owner, in: ids), let index = ids.firstIndex(of: id) {
                    for item in row.items { joins[index].add(item, from: .table) }
                } else if !ids.isEmpty {
                    var finding = unknownAgent(owner, line: row.line, column: row.column, where: "the ownership table")
                    finding.severity = .warning
                    finding.code = "unknown-owner"
                    report(finding)
                }
            }
        }
        for (index, agent) in taskFile.agents.enumerated() {
            for item in agent.parts.owned { joins[index].add(item, from: .prompt) }
            // A scope or a sentence gives nothing more to an agent whose files are listed.
            let scoped = joins[index].owned.isEmpty ? agent.parts.scoped : []
            for item in scoped { joins[index].add(item, from: .prompt) }
            for item in agent.parts.outputs { joins[index].add(item, from: .output) }
            for item in records(agent) { joins[index].add(item, from: .record) }
            for item in agent.parts.testFiles { joins[index].add(item, from: .test) }
        }
        shareRecords()
    }

    /// The agent's own scenario and changelog files, or the ones every agent is told to write.
    func records(_ agent: TaskAgent) -> [PathItem] {
        let own = agent.parts.records + agent.parts.outputs
        if !own.isEmpty { return agent.parts.records }
        return (taskFile.shared.outputs + taskFile.shared.records).map { item in
            var item = item
            item.path = Self.fill(item.path, agent: agent.id)
            return item
        }
    }

    /// `scenarios-{agent}.md` for agent A is `scenarios-a.md`.
    static func fill(_ path: String, agent: String) -> String {
        var path = path
        for blank in ["{agent}", "{AGENT}", "[agent]", "{agent_id}", "{id}", "{letter}"] {
            path = path.replacing(blank, with: agent.lowercased())
        }
        return path
    }

    func outputs(_ agent: TaskAgent) -> [String] {
        let records = records(agent).filter { !$0.notes.contains("optional") }
        return unique((agent.parts.outputs + records).map { PathShape.pattern($0.path).description })
    }

    /// A record file of several agents grows at its end, and merges by union.
    private mutating func shareRecords() {
        var writers: [PathPattern: Int] = [:]
        for join in joins {
            for (owned, source) in zip(join.owned, join.sources) where source == .record || source == .output {
                writers[owned.pattern, default: 0] += 1
            }
        }
        for index in joins.indices {
            for owned in joins[index].owned where writers[owned.pattern] ?? 0 > 1 {
                joins[index].share(owned.pattern)
                if joins[index].owned.contains(where: { $0.pattern == owned.pattern && $0.region?.kind == .append }),
                    !plan.append.contains(owned.pattern.description)
                {
                    plan.append.append(owned.pattern.description)
                }
            }
        }
    }

    /// What the agent must leave alone, without the paths it owns by name.
    func forbidden(_ index: Int) -> [PathPattern] {
        let agent = taskFile.agents[index]
        let rows = rows(of: agent.id).flatMap(\.forbidden)
        let patterns = (agent.parts.forbidden + rows + taskFile.readOnly).map { PathShape.pattern($0.path) }
        let own = joins[index].owned.map(\.pattern)
        return unique(patterns).filter { pattern in
            !own.contains {
                $0 == pattern || ($0.kind == .path && pattern.kind != .path && PatternOverlap.isPossible($0, pattern))
            }
        }
    }

    // MARK: Checks

    mutating func checkOwnership() {
        checkOverlaps()
        guard let files = options.baseFiles else { return }
        let known = Set(files)
        for (index, join) in joins.enumerated() where isSelected(index) {
            for (position, owned) in join.owned.enumerated() where owned.isNew && owned.pattern.kind == .path {
                guard known.contains(owned.pattern.text) else { continue }
                report(
                    Finding(
                        .error,
                        "new-exists",
                        "agent `\(ids[index])` is to create `\(owned.pattern)`, which exists already",
                        line: owned.line,
                        column: join.columns[position],
                        hint: "drop the mark `NEW` if the file is to be changed, or choose another name"
                    )
                )
            }
            for (position, count) in join.counts {
                let owned = join.owned[position]
                let matching = files.count {
                    PatternOverlap.isPossible(owned.pattern, PathPattern(kind: .path, text: $0))
                }
                guard matching != count, !owned.isNew, matching > 0 else { continue }
                report(
                    Finding(
                        .warning,
                        "count-mismatch",
                        "`\(owned.pattern)` is said to match \(count) files; it matches \(matching)",
                        line: owned.line,
                        column: join.columns[position],
                        hint: "correct the count or the pattern"
                    )
                )
            }
        }
    }

    /// The agent is to run.
    private func isSelected(_ index: Int) -> Bool {
        options.only.isEmpty || options.only.contains(AgentID(ids[index]))
    }

    private mutating func checkOverlaps() {
        for wave in plan.waves {
            let members = wave.agents.compactMap { id in plan.assignments.firstIndex { $0.id == id } }
                .filter(isSelected).sorted()
            for overlap in OverlapFinder.find(members, joins: joins) { reportOverlap(overlap) }
        }
    }

    private mutating func reportOverlap(_ overlap: OverlapFinder.Overlap) {
        let left = joins[overlap.left].owned[overlap.leftPath]
        let right = joins[overlap.right].owned[overlap.rightPath]
        let names = "`\(ids[overlap.left])` and `\(ids[overlap.right])`"
        let message: String
        var code = "ownership-overlap"
        if left.pattern == right.pattern {
            message = "agents \(names) both own `\(left.pattern)`"
        } else if left.pattern.text.lowercased() == right.pattern.text.lowercased() {
            code = "ownership-case-collision"
            message = "agents \(names) own `\(left.pattern)` and `\(right.pattern)`, which differ only in case"
        } else {
            message = "agents \(names) own `\(left.pattern)` and `\(right.pattern)`, which can be the same file"
        }
        report(
            Finding(
                .error,
                code,
                message,
                line: right.line,
                column: joins[overlap.right].columns[overlap.rightPath],
                hint: "give the file to one agent, say which part of it each one owns, or use --serialize-overlaps"
            )
        )
    }
}

/// Finds paths that two agents own at the same time.
enum OverlapFinder {
    struct Overlap: Hashable {
        var left: Int
        var leftPath: Int
        var right: Int
        var rightPath: Int
    }

    /// Comparisons of patterns per call; beyond it a file is too large to be meant.
    private static let budget = 200_000

    /// Overlaps between the members, each pair of agents and path once.
    static func find(_ members: [Int], joins: [OwnershipJoin]) -> [Overlap] {
        var overlaps: [Overlap] = []
        var exact: [String: [(agent: Int, path: Int)]] = [:]
        var wide: [(agent: Int, path: Int)] = []
        var all: [(agent: Int, path: Int)] = []
        for agent in members {
            for (path, owned) in joins[agent].owned.enumerated() {
                all.append((agent, path))
                let key = owned.pattern.text.lowercased()
                for other in (exact[key] ?? []).suffix(50) where other.agent != agent {
                    if conflict(joins[other.agent].owned[other.path], owned) {
                        overlaps.append(Overlap(left: other.agent, leftPath: other.path, right: agent, rightPath: path))
                    }
                }
                exact[key, default: []].append((agent, path))
                if owned.pattern.kind != .path { wide.append((agent, path)) }
            }
        }
        var left = budget
        for pattern in wide {
            let owned = joins[pattern.agent].owned[pattern.path]
            for other in all where other.agent != pattern.agent {
                left -= 1
                if left < 0 { return overlaps }
                let candidate = joins[other.agent].owned[other.path]
                guard candidate.pattern.text.lowercased() != owned.pattern.text.lowercased() else { continue }
                // Two wide patterns meet in both directions; one finding is enough.
                if candidate.pattern.kind != .path, (other.agent, other.path) < (pattern.agent, pattern.path) {
                    continue
                }
                guard conflict(candidate, owned), PatternOverlap.isPossible(candidate.pattern, owned.pattern) else {
                    continue
                }
                let isFirst = other.agent < pattern.agent
                overlaps.append(
                    isFirst
                        ? Overlap(
                            left: other.agent,
                            leftPath: other.path,
                            right: pattern.agent,
                            rightPath: pattern.path
                        )
                        : Overlap(
                            left: pattern.agent,
                            leftPath: pattern.path,
                            right: other.agent,
                            rightPath: other.path
                        )
                )
            }
        }
        return overlaps
    }

    /// Two agents may share a file when each owns a part of it, and no function belongs to both.
    private static func conflict(_ left: OwnedPath, _ right: OwnedPath) -> Bool {
        guard let first = left.region, let second = right.region else { return true }
        guard first.kind == .symbols, second.kind == .symbols else { return false }
        return !Set(first.symbols).isDisjoint(with: second.symbols)
    }
}
