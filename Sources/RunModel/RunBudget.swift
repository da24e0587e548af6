/// What agents may use up: tokens (input and output) and US dollars; `nil` is no limit.
package struct RunBudget: Hashable, Sendable, Codable {
    package var agentTokens: Int?
    package var agentCost: Double?
    package var runTokens: Int?
    package var runCost: Double?

    package init(
        agentTokens: Int? = nil,
        agentCost: Double? = nil,
        runTokens: Int? = nil,
        runCost: Double? = nil
    ) {
        self.agentTokens = agentTokens
        self.agentCost = agentCost
        self.runTokens = runTokens
        self.runCost = runCost
    }

    /// What is used up of one agent's budget, as `used 1200 of 1000 tokens`; `nil` while there is something left.
    package func agentExcess(_ usage: Usage) -> String? { Self.excess(usage, tokens: agentTokens, cost: agentCost) }

    /// What is used up of the whole run's budget; `nil` while there is something left.
    package func runExcess(_ usage: Usage) -> String? { Self.excess(usage, tokens: runTokens, cost: runCost) }

    private static func excess(_ usage: Usage, tokens: Int?, cost: Double?) -> String? {
        if let tokens, usage.tokens >= tokens { return "used \(usage.tokens) of \(tokens) tokens" }
        if let cost, let used = usage.cost, used >= cost { return "used \(dollars(used)) of \(dollars(cost))" }
        return nil
    }

    private static func dollars(_ amount: Double) -> String {
        let cents = Int((amount * 100).rounded())
        return "$\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
    }
}

extension Usage {
    /// Input and output together.
    package var tokens: Int { (inputTokens ?? 0) + (outputTokens ?? 0) }

    package static func + (left: Usage, right: Usage) -> Usage {
        func sum<Number: AdditiveArithmetic>(_ one: Number?, _ other: Number?) -> Number? {
            guard let one else { return other }
            return one + (other ?? .zero)
        }
        return Usage(
            inputTokens: sum(left.inputTokens, right.inputTokens),
            outputTokens: sum(left.outputTokens, right.outputTokens),
            cost: sum(left.cost, right.cost)
        )
    }
}

extension AgentRecord {
    /// What all ended attempts used up.
    package var usage: Usage {
        attempts.compactMap(\.finished).reduce(Usage()) { $0 + $1.outcome.usage }
    }
}

extension RunRecord {
    /// What all ended attempts of all agents used up.
    package var usage: Usage { agents.values.reduce(Usage()) { $0 + $1.usage } }
}
