package import RunModel

/// Finds the fewest candidates whose removal lets a failing train pass: a pure state machine over "verify this subset".
///
/// The caller asks for ``next``, verifies the subset it names, tells the result through ``record(isPassed:)``, and asks
/// again until the answer is ``Action/finished(_:)``. Subsets are prefixes of the train, so an agent always comes with
/// everything before it that was not blamed.
///
/// A candidate is blamed when the train passes up to it and fails with it. One culprit among `n` costs at most
/// `log2(n)` rounds rounded up, one repetition of the decisive failure, and one proof that the rest passes; the first
/// candidate is blamed only after the train without any candidate has passed. Of two candidates that fail only together,
/// the later one is blamed. Agents that depend on a culprit leave the train with it.
package struct TrainBisector: Sendable {
    /// What the caller has to do.
    package enum Action: Hashable, Sendable {
        /// Verify the train that holds exactly these agents, in this order.
        ///
        /// With `isRepeat` an earlier result for the same commit must not be reused.
        case verify([AgentID], isRepeat: Bool)
        case finished(Conclusion)
    }

    /// What the search found.
    package struct Conclusion: Hashable, Sendable {
        /// The agents that may stay; verified together, or none.
        package var kept: [AgentID]
        package var culprits: [AgentID]
        /// Agents that leave because they depend on that agent.
        package var dependents: [AgentID: AgentID]
        /// The train without any candidate fails: nobody is to blame.
        package var isBaseFailing: Bool
        /// A failure did not repeat.
        package var isFlaky: Bool
        /// Subsets verified, the first failure of the whole train not counted.
        package var rounds: Int
    }

    private enum Phase: Hashable, Sendable {
        /// Searches for the first failing prefix of `pending`: `low` members pass, `high` members fail.
        case searching(low: Int, high: Int)
        /// Asks whether the train passes without any candidate before the first one is blamed.
        case checkingBase(high: Int)
        /// Repeats the decisive failure.
        case repeating(high: Int)
        /// Asks whether everything not blamed passes together.
        case proving
        case finished(Conclusion)
    }

    private var phase: Phase
    /// Agents known to pass together.
    private var good: [AgentID] = []
    /// Agents not judged yet, in train order.
    private var pending: [AgentID]
    private var culprits: [AgentID] = []
    private var dependents: [AgentID: AgentID] = [:]
    private let dependencies: [AgentID: Set<AgentID>]
    private var isBaseKnownToPass: Bool
    private var repetitionsLeft: Int
    private var isFlaky = false
    private var rounds = 0

    /// Begins the search after the whole train has failed.
    ///
    /// - Parameters:
    ///   - order: The agents of the failing train; those an agent depends on come before it.
    ///   - dependencies: The agents each agent depends on; members that are not on the train do not count.
    ///   - isBaseKnownToPass: The train without any candidate was verified already.
    ///   - repetitions: How many decisive failures are verified again before they count, in the whole search.
    package init(
        order: [AgentID],
        dependencies: [AgentID: Set<AgentID>] = [:],
        isBaseKnownToPass: Bool = false,
        repetitions: Int = 1
    ) {
        pending = order
        self.dependencies = dependencies
        self.isBaseKnownToPass = isBaseKnownToPass
        repetitionsLeft = repetitions
        phase = .proving
        phase = order.isEmpty ? .finished(conclude(isBaseFailing: true)) : search(low: 0, high: order.count)
    }

    /// The action the search waits for; asking again gives the same answer.
    package var next: Action {
        switch phase {
        case .searching(let low, let high): .verify(good + pending.prefix((low + high) / 2), isRepeat: false)
        case .checkingBase: .verify([], isRepeat: false)
        case .repeating(let high): .verify(good + pending.prefix(high), isRepeat: true)
        case .proving: .verify(good + pending, isRepeat: false)
        case .finished(let conclusion): .finished(conclusion)
        }
    }

    /// Takes in the result of the subset that ``next`` named; without effect when the search is finished.
    package mutating func record(isPassed: Bool) {
        if case .finished = phase { return }
        rounds += 1
        switch phase {
        case .searching(let low, let high):
            let middle = (low + high) / 2
            phase = isPassed ? search(low: middle, high: high) : search(low: low, high: middle)
        case .checkingBase(let high):
            isBaseKnownToPass = isPassed
            phase = isPassed ? search(low: 0, high: high) : .finished(conclude(isBaseFailing: true))
        case .repeating(let high):
            repetitionsLeft -= 1
            if isPassed {
                acquit(high)
            } else {
                blame(high - 1)
            }
        case .proving:
            if isPassed {
                acquit(pending.count)
            } else {
                phase = search(low: 0, high: pending.count)
            }
        case .finished: break
        }
    }

    /// The phase that narrows the first failing prefix further, or settles it.
    private mutating func search(low: Int, high: Int) -> Phase {
        if high - low > 1 { return .searching(low: low, high: high) }
        if low == 0 && good.isEmpty && !isBaseKnownToPass { return .checkingBase(high: high) }
        if repetitionsLeft > 0 { return .repeating(high: high) }
        blame(high - 1)
        return phase
    }

    /// The first `count` pending agents pass after all: the failure that led here was a flake, or this was the proof.
    private mutating func acquit(_ count: Int) {
        if case .repeating = phase { isFlaky = true }
        good += pending.prefix(count)
        pending.removeFirst(count)
        phase = pending.isEmpty ? .finished(conclude(isBaseFailing: false)) : .proving
    }

    /// Takes the agent at that place off the train, with all that depend on it.
    private mutating func blame(_ index: Int) {
        let culprit = pending[index]
        culprits.append(culprit)
        good += pending.prefix(index)
        var gone: Set<AgentID> = [culprit]
        var rest: [AgentID] = []
        for agent in pending.dropFirst(index + 1) {
            if dependencies[agent, default: []].isDisjoint(with: gone) {
                rest.append(agent)
            } else {
                gone.insert(agent)
                dependents[agent] = culprit
            }
        }
        pending = rest
        phase = pending.isEmpty ? .finished(conclude(isBaseFailing: false)) : .proving
    }

    private func conclude(isBaseFailing: Bool) -> Conclusion {
        Conclusion(
            kept: isBaseFailing ? [] : good,
            culprits: isBaseFailing ? [] : culprits,
            dependents: isBaseFailing ? [:] : dependents,
            isBaseFailing: isBaseFailing,
            isFlaky: isFlaky,
            rounds: rounds
        )
    }
}
