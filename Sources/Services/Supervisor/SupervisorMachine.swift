/// Decides what a supervisor does when its children end.
///
/// Pure: events in, actions out. A child is named by its place; every start has a new generation, so that the end of an
/// earlier start is not taken for the end of a later one.
package struct SupervisorMachine: Sendable {
    package struct Start: Hashable, Sendable {
        package let child: Int
        package let generation: Int

        package init(child: Int, generation: Int) {
            self.child = child
            self.generation = generation
        }
    }

    package enum Action: Hashable, Sendable {
        case start(Start)
        /// Ask the child to end; answered by ``exited(_:failure:at:)``.
        case stop(Start)
        /// Call ``restart(at:)`` after so many microseconds.
        case wait(Int64)
        /// Give up: too many restarts. All children have been stopped, or are asked to.
        case escalate([ChildExit])
        /// All children have ended and none will start again.
        case finish
    }

    /// Where a child is.
    private enum State: Hashable, Sendable {
        /// Not started yet, or ended for good.
        case idle
        case running
        /// Asked to end, so that it can be started again or because all end.
        case stopping
        /// Will be started at the next restart.
        case waiting
    }

    private struct Child: Sendable {
        let name: String
        let policy: RestartPolicy
        var state = State.idle
        var generation = 0
        /// Whether it starts again once it has been stopped.
        var isReturning = false
    }

    private enum Phase: Sendable {
        case running
        /// Children end one after the other, last started first.
        case shuttingDown
        case finished
    }

    private var children: [Child]
    private var phase = Phase.running
    private var history: [ChildExit] = []
    /// When restarts happened, within the period.
    private var restarts: [Int64] = []
    private var isRestartPending = false
    private let strategy: RestartStrategy
    private let options: Supervisor.Options

    package init(
        children: [(name: String, policy: RestartPolicy)],
        strategy: RestartStrategy,
        options: Supervisor.Options
    ) {
        self.children = children.map { Child(name: $0.name, policy: $0.policy) }
        self.strategy = strategy
        self.options = options
    }

    /// Starts all children in order.
    package mutating func begin() -> [Action] {
        let actions = children.indices.map { start($0) }
        return actions.isEmpty ? finishIfDone() : actions
    }

    /// A child ended.
    package mutating func exited(_ start: Start, failure: String?, at now: Int64) -> [Action] {
        guard children.indices.contains(start.child), children[start.child].generation == start.generation else {
            return []
        }
        let before = children[start.child].state
        guard before == .running || before == .stopping else { return [] }
        if phase == .shuttingDown {
            children[start.child].state = .idle
            return stopNext()
        }
        if before == .stopping {
            children[start.child].state = children[start.child].isReturning ? .waiting : .idle
            return pendingRestart() + finishIfDone()
        }
        remember(ChildExit(child: children[start.child].name, at: now, failure: failure))
        let policy = children[start.child].policy
        guard policy == .permanent || policy == .transient && failure != nil else {
            children[start.child].state = .idle
            return finishIfDone()
        }
        children[start.child].state = .waiting
        guard countRestart(at: now) else { return escalate() }
        return stopOthers(than: start.child) + pendingRestart()
    }

    /// The wait before a restart is over.
    package mutating func restart(at now: Int64) -> [Action] {
        guard phase == .running, isRestartPending else { return [] }
        isRestartPending = false
        // One that is still ending holds those after it up, so that they start in order; its end asks again.
        guard !children.contains(where: { $0.state == .stopping }) else { return [] }
        return children.indices.filter { children[$0].state == .waiting }.map { start($0) }
    }

    /// Ends all children, last started first, one after the other.
    package mutating func shutDown() -> [Action] {
        guard phase == .running else { return [] }
        phase = .shuttingDown
        for index in children.indices {
            children[index].isReturning = false
            if children[index].state == .waiting { children[index].state = .idle }
        }
        return stopNext()
    }

    package var isFinished: Bool { phase == .finished }

    /// The names of children that run or are ending.
    package var running: [String] {
        children.filter { $0.state == .running || $0.state == .stopping }.map(\.name)
    }

    private mutating func start(_ index: Int) -> Action {
        children[index].generation += 1
        children[index].state = .running
        children[index].isReturning = false
        return .start(Start(child: index, generation: children[index].generation))
    }

    private mutating func stop(_ index: Int) -> Action {
        children[index].state = .stopping
        return .stop(Start(child: index, generation: children[index].generation))
    }

    private mutating func stopOthers(than failed: Int) -> [Action] {
        let others: [Int] =
            switch strategy {
            case .oneForOne: []
            case .oneForAll: children.indices.filter { $0 != failed }
            case .restForOne: children.indices.filter { $0 > failed }
            }
        var actions: [Action] = []
        for index in others.reversed() where children[index].state == .running {
            children[index].isReturning = children[index].policy != .temporary
            actions.append(stop(index))
        }
        return actions
    }

    private mutating func pendingRestart() -> [Action] {
        guard phase == .running, !isRestartPending, children.contains(where: { $0.state == .waiting }),
            !children.contains(where: { $0.state == .stopping })
        else { return [] }
        isRestartPending = true
        return [.wait(options.backoff.longest(after: max(1, restarts.count))?.wholeMicroseconds ?? 0)]
    }

    private mutating func stopNext() -> [Action] {
        if children.contains(where: { $0.state == .stopping }) { return [] }
        if let last = children.indices.last(where: { children[$0].state == .running }) { return [stop(last)] }
        return finishIfDone()
    }

    private mutating func finishIfDone() -> [Action] {
        guard phase != .finished, children.allSatisfy({ $0.state == .idle }) else { return [] }
        phase = .finished
        return [.finish]
    }

    private mutating func escalate() -> [Action] {
        [.escalate(history)] + shutDown()
    }

    /// - Returns: whether the budget allows it.
    private mutating func countRestart(at now: Int64) -> Bool {
        restarts.removeAll { $0 <= now - options.period.wholeMicroseconds }
        restarts.append(now)
        return restarts.count <= options.restartLimit
    }

    private mutating func remember(_ exit: ChildExit) {
        history.append(exit)
        if history.count > options.restartLimit + 1 { history.removeFirst() }
    }
}
