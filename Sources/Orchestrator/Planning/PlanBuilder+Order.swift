import RunModel

/// Merge order and waves.
extension PlanBuilder {
    // MARK: Merge order

    mutating func resolveMergeOrder() {
        var order: [String] = []
        var place: (line: Int, column: Int)?
        if !taskFile.frontMatter.merge.isEmpty {
            place = (taskFile.frontMatter.mergeLine, 1)
            for name in taskFile.frontMatter.merge {
                if let id = AgentMatch.find(name, in: ids) {
                    order.append(id)
                } else {
                    report(
                        unknownAgent(name, line: taskFile.frontMatter.mergeLine, column: 1, where: "the merge order")
                    )
                }
            }
        } else {
            order = orderOfLines(&place)
            if order.isEmpty { order = orderOfSentences(&place) }
        }
        order = unique(order)
        if let place, !order.isEmpty {
            let missing = ids.filter { !order.contains($0) }
            if !missing.isEmpty {
                report(
                    Finding(
                        .warning,
                        "merge-order-incomplete",
                        "the merge order leaves out \(missing.map { "`\($0)`" }.joined(separator: ", "))",
                        line: place.line,
                        column: place.column,
                        hint: "they are merged last, in file order"
                    )
                )
            }
            checkOrder(order, place)
        }
        let rest = dependencyOrder().filter { !order.contains($0) }
        plan.mergeOrder = (order + rest).map { AgentID($0) }
    }

    private mutating func orderOfLines(_ place: inout (line: Int, column: Int)?) -> [String] {
        var order: [String] = []
        for line in taskFile.merge.lines {
            if let id = AgentMatch.inBranch(line.branch, ids: ids) {
                order.append(id)
                if place == nil { place = (line.line, line.column) }
                if let index = ids.firstIndex(of: id), plan.assignments[index].mergeMessage == nil {
                    plan.assignments[index].mergeMessage = line.message
                }
            } else if !ids.isEmpty, !Self.isPlainBranch(line.branch) {
                report(unknownAgent(line.branch, line: line.line, column: line.column, where: "the merge order"))
            }
        }
        return order
    }

    /// The base branch, or a blank that stands for every agent's branch.
    private static func isPlainBranch(_ branch: String) -> Bool {
        if branch.contains("$") || branch.contains("...") { return true }
        let generic: Set<String> = [
            "agent", "branch", "worktree", "name", "id", "n", "x", "origin", "main", "master", "develop", "upstream",
            "head", "fetch",
            "abort", "continue", "trunk", "the", "your", "each",
        ]
        return branch.lowercased().split { !$0.isLetter && !$0.isNumber }.allSatisfy { generic.contains(String($0)) }
    }

    private func orderOfSentences(_ place: inout (line: Int, column: Int)?) -> [String] {
        var listed: [String] = []
        for sentence in taskFile.merge.sentences {
            if sentence.text.hasPrefix("merge order item: ") {
                let text = Self.withoutBrackets(String(sentence.text.dropFirst(18)))
                if let first = AgentMatch.all(in: text, ids: ids).first {
                    if listed.isEmpty { place = (sentence.line, sentence.column) }
                    listed.append(first)
                }
                continue
            }
            let text = Inline.plain(sentence.text)
            let start = text.lowercased().firstRange(of: "merge").map {
                text.lowercased().distance(from: text.lowercased().startIndex, to: $0.lowerBound)
            }
            let tail = String(text.dropFirst(start ?? 0))
            let chained = chain(tail).flatMap { $0 }
            let found = chained.count > 1 ? chained : AgentMatch.all(in: Self.withoutBrackets(tail), ids: ids)
            if found.count > 1 {
                place = (sentence.line, sentence.column)
                return found
            }
        }
        return listed.count > 1 ? listed : []
    }

    private mutating func checkOrder(_ order: [String], _ place: (line: Int, column: Int)) {
        for (position, id) in order.enumerated() {
            guard let index = ids.firstIndex(of: id) else { continue }
            for need in plan.assignments[index].dependsOn where order[(position + 1)...].contains(need.rawValue) {
                report(
                    Finding(
                        .warning,
                        "merge-before-dependency",
                        "agent `\(id)` is merged before `\(need)`, which it depends on",
                        line: place.line,
                        column: place.column,
                        hint: "agents of an earlier wave are merged first"
                    )
                )
            }
        }
    }

    /// File order, each agent behind those it depends on.
    private func dependencyOrder() -> [String] {
        var done: Set<String> = []
        var order: [String] = []
        var waiting = Array(ids.indices)
        while !waiting.isEmpty {
            let ready = waiting.filter { plan.assignments[$0].dependsOn.allSatisfy { done.contains($0.rawValue) } }
            guard !ready.isEmpty else { return order + waiting.map { ids[$0] } }
            // One layer at a time keeps this linear in the number of layers, not of agents.
            for index in ready {
                order.append(ids[index])
                done.insert(ids[index])
            }
            waiting.removeAll { done.contains(ids[$0]) }
        }
        return order
    }

    // MARK: Waves

    mutating func planWaves() {
        var wave: [String: Int] = [:]
        var waves: [[Int]] = []
        for id in dependencyOrder() {
            guard let index = ids.firstIndex(of: id) else { continue }
            var number = (plan.assignments[index].dependsOn.compactMap { wave[$0.rawValue] }.max() ?? -1) + 1
            if options.isSerializingOverlaps {
                while number < waves.count,
                    !OverlapFinder.find((waves[number] + [index]).sorted(), joins: joins).isEmpty
                { number += 1 }
            }
            while waves.count <= number { waves.append([]) }
            waves[number].append(index)
            wave[id] = number
        }
        plan.waves = waves.filter { !$0.isEmpty }.map { members in Wave(members.sorted().map { AgentID(ids[$0]) }) }
    }
}
