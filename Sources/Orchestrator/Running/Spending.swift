import Locking
import RunModel

/// What the agents of a run have used up, counting attempts that are still going on.
final class Spending: Sendable {
    private struct State: Sendable {
        var spent: Usage
        var current: [AgentID: Usage] = [:]
    }

    private let state: Lock<State>

    /// `spent`: by attempts that ended before.
    init(spent: Usage) {
        state = Lock(State(spent: spent))
    }

    /// Takes what the agent's current attempt has used so far.
    func update(_ agent: AgentID, _ usage: Usage) { state.withLock { $0.current[agent] = usage } }

    /// Closes the agent's attempt.
    func close(_ agent: AgentID, _ usage: Usage) {
        state.withLock { state in
            state.current[agent] = nil
            state.spent = state.spent + usage
        }
    }

    var total: Usage { state.withLock { $0.current.values.reduce($0.spent) { $0 + $1 } } }
}
