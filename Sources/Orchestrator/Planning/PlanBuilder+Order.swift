import RunModel

/// Dependencies, merge order and waves.
extension PlanBuilder {
    // MARK: Dependencies

    mutating func resolveDependencies() {
        var needs: [Set<String>] = ids.map { _ in [] }
        func add(_ text: String, to index: Int) -> Bool {
            let found = AgentMatch.all(in: text, ids: ids).filter { $0 != ids[index] }
            needs[index].formUnion(found)
            return !found.isEmpty
        }
        for (index, agent) in taskFile.agents.enumerated() {
            for after in joins[index].after { _ = add(after.text, to: index) }
            for claim in agent.parts.dependencies { _ = add(Inline.plain(claim.text), to: index) }
            for row in rows(of: agent.id) { if let text = row.dependencies { _ = add(Inline.plain(text), to: index) } }
        }
        for (index, stage) in stages().enumerated().dropFirst() {
            for id in stage { if let agent = ids.firstIndex(of: id) { needs[agent].formUnion(stages()[index - 1]) } }
        }
        for claim in taskFile.order.sentences { readSentence(claim, &needs) }
        for settings in taskFile.frontMatter.agents {
            guard let id = AgentMatch.find(settings.id, in: ids), let index = ids.firstIndex(of: id) else { continue }
            for name in settings.dependsOn {
                if let other = AgentMatch.find(name, in: ids), other != id {
                    needs[index].insert(other)
                } else {
                    report(unknownAgent(name, line: settings.line, column: 1, where: "`depends_on`"))
                }
            }
        }
        breakCycles(&needs)
        for index in ids.indices {
            plan.assignments[index].dependsOn = ids.filter { needs[index].contains($0) && $0 != ids[index] }.map {
                AgentID($0)
            }
        }
    }

    /// `C depends on A and B` outside the prompts.
    private func readSentence(_ claim: OrderParts.Claim, _ needs: inout [Set<String>]) {
        for sentence in claim.text.split(separator: ". ") {
            let lower = sentence.lowercased()
            for phrase in ["depends on", "must wait for", "waits for", "runs after"] {
                guard let range = lower.firstRange(of: phrase), lower.utf8.count == sentence.utf8.count else {
                    continue
                }
                let start = lower.utf8.distance(from: lower.startIndex, to: range.lowerBound)
                let end = lower.utf8.distance(from: lower.startIndex, to: range.upperBound)
                let head = String(Substring(sentence.utf8.prefix(start)))
                let tail = String(Substring(sentence.utf8.dropFirst(end))).prefix {
                    $0 != ")" && $0 != ";" && $0 != "("
                }
                let left = AgentMatch.all(in: String(head), ids: ids)
                let right = AgentMatch.all(in: String(tail), ids: ids)
                guard let subject = left.last, let index = ids.firstIndex(of: subject) else { continue }
                needs[index].formUnion(right.filter { $0 != subject })
            }
        }
    }

    /// The file's stages from its clearest source: wave sections, numbered waves, build order, chains, sentences.
    private func stages() -> [[String]] {
        var numbered: [Int: [String]] = [:]
        for agent in taskFile.agents {
            let wave = agent.wave ?? rows(of: agent.id).compactMap(\.wave).first
            if let wave { numbered[wave, default: []].append(agent.id) }
        }
        if numbered.count > 1 { return numbered.keys.sorted().map { numbered[$0] ?? [] } }
        numbered = [:]
        for (wave, claim) in taskFile.order.numbered {
            let text =
                claim.text.firstIndex(where: { ":—(".contains($0) }).map { String(claim.text[$0...]) } ?? claim.text
            let found = AgentMatch.all(in: Inline.plain(text), ids: ids)
            if !found.isEmpty { numbered[wave, default: []] += found }
        }
        if numbered.count > 1 { return distinct(numbered.keys.sorted().map { numbered[$0] ?? [] }) }
        let chains = taskFile.order.chains.map { chain($0.text) }.filter { $0.count > 1 }
        let listed = listStages()
        if listed.count > 1 { return listed }
        if let chain = chains.first { return chain }
        for claim in taskFile.order.launches {
            let launch = launchStages(claim.text)
            if launch.count > 1 { return launch }
        }
        return []
    }

    private func distinct(_ stages: [[String]]) -> [[String]] {
        var seen: Set<String> = []
        return stages.map { $0.filter { seen.insert($0).inserted } }.filter { !$0.isEmpty }
    }

    private func listStages() -> [[String]] {
        var stages: [[String]] = []
        for claim in taskFile.order.stages {
            let lower = claim.text.lowercased()
            if lower.contains("depends on") || lower.contains("→") || lower.contains("->") { return [] }
            stages.append(AgentMatch.all(in: Self.withoutBrackets(claim.text), ids: ids))
        }
        return distinct(stages)
    }

    /// `1A → 1B + 1C (parallel) → 1D`, alone or in brackets.
    func chain(_ text: String) -> [[String]] {
        var body = Inline.plain(text)
        for arrow in ["->", "=>", "⟶", "➜", "➔"] { body = body.replacing(arrow, with: "→") }
        if let colon = body.firstIndex(of: ":"), let arrow = body.firstIndex(of: "→"), colon < arrow {
            body = String(body[body.index(after: colon)...])
        }
        if let open = body.firstIndex(of: "("), let close = body.lastIndex(of: ")"), open < close,
            body[open..<close].contains("→"),
            !body[..<open].contains("→")
        {
            body = String(body[body.index(after: open)..<close])
        }
        return distinct(
            body.split(separator: "→").map { AgentMatch.all(in: Self.withoutBrackets(String($0)), ids: ids) }
        )
    }

    /// Reads sentences that spawn some agents first and others after them.
    private func launchStages(_ text: String) -> [[String]] {
        let lower = text.lowercased()
        guard lower.contains("first") || lower.contains("after") else { return [] }
        var stages: [[String]] = []
        var seen: Set<String> = []
        for sentence in Inline.plain(text).split(separator: ". ") {
            let words = sentence.lowercased()
            guard ["spawn", "launch", "run", "start"].contains(where: { words.contains($0) }) else { continue }
            let new = AgentMatch.all(in: String(sentence), ids: ids).filter { !seen.contains($0) }
            guard !new.isEmpty else { continue }
            seen.formUnion(new)
            stages.append(new)
        }
        return stages
    }

    static func withoutBrackets(_ text: String) -> String {
        var depth = 0
        var result = ""
        for character in text {
            if character == "(" { depth += 1 }
            if depth == 0 { result.append(character) }
            if character == ")" { depth = max(0, depth - 1) }
        }
        return result
    }

    /// Reports a circle of dependencies and removes its last link, so that planning can go on.
    private mutating func breakCycles(_ needs: inout [Set<String>]) {
        var state = [Int](repeating: 0, count: ids.count)
        for start in ids.indices where state[start] == 0 {
            var path: [(agent: Int, rest: [Int])] = [(start, targets(needs[start]))]
            state[start] = 1
            while var top = path.popLast() {
                guard let next = top.rest.popLast() else {
                    state[top.agent] = 2
                    continue
                }
                path.append(top)
                if state[next] == 1 {
                    let names = path.map { ids[$0.agent] }.drop { $0 != ids[next] } + [ids[next]]
                    report(
                        Finding(
                            .error,
                            "dependency-cycle",
                            "agents wait for each other: \(names.joined(separator: " → "))",
                            line: taskFile.agents[top.agent].line,
                            column: taskFile.agents[top.agent].column,
                            hint: "an arrow reads `waits for`; remove one of the dependencies"
                        )
                    )
                    needs[top.agent].remove(ids[next])
                } else if state[next] == 0 {
                    state[next] = 1
                    path.append((next, targets(needs[next])))
                }
            }
        }
    }

    private func targets(_ names: Set<String>) -> [Int] {
        ids.indices.filter { names.contains(ids[$0]) }
    }

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
