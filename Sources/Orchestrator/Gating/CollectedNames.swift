import RunModel

/// Tells which agent a collected file belongs to: its name may hold the agent's letter.
struct CollectedNames: Sendable {
    private let rules: [PathMatcher]
    private let agents: [AgentID]

    init(_ plan: Plan) {
        rules = plan.collect.map { rule in
            let isGlob = rule.pattern.contains { "*?[{".contains($0) }
            return PathMatcher(PathPattern(kind: isGlob ? .glob : .path, text: rule.pattern))
        }
        agents = plan.assignments.map(\.id)
    }

    func isCollected(_ path: [UInt8]) -> Bool { rules.contains { $0.matches(path) } }

    /// The agent whose id ends the file's name, or `nil` when the name holds none.
    func owner(of path: [UInt8]) -> AgentID? {
        let name = String(decoding: path.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self).lowercased()
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        var best: (agent: AgentID, length: Int)?
        for agent in agents {
            let slug = agent.slug
            let letter = slug.split(whereSeparator: { $0 == "-" || $0 == "_" }).last.map(String.init) ?? slug
            for ending in [slug, letter] where Self.ends(stem, with: ending) && ending.count > (best?.length ?? 0) {
                best = (agent, ending.count)
            }
        }
        return best?.agent
    }

    private static func ends(_ stem: String, with ending: String) -> Bool {
        guard stem.hasSuffix(ending) else { return false }
        guard let before = stem.dropLast(ending.count).last else { return true }
        return !before.isLetter && !before.isNumber
    }
}
