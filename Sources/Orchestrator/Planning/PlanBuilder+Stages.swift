/// Stages that a task file puts its agents in.
extension PlanBuilder {
    /// The file's stages from its clearest source: wave sections, numbered waves, build order, chains, sentences.
    func stages() -> [[String]] {
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
}
