import RunModel

/// Who waits for whom.
extension PlanBuilder {
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
        let stages = stages()
        for (stage, before) in zip(stages.dropFirst(), stages) {
            for id in stage { if let agent = ids.firstIndex(of: id) { needs[agent].formUnion(before) } }
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
}
