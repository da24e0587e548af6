/// A compiled glob: a nondeterministic automaton that reads a path once (Thompson, 1968).
///
/// All states that are reachable are followed together, so there is no backtracking.
struct GlobMachine: Sendable {
    private enum State: Sendable {
        /// Takes exactly this unit.
        case unit(UInt32)
        /// Takes any unit but the slash.
        case anyInComponent
        case any
        case oneOf(GlobClass)
        /// Takes nothing and goes on at all of these.
        case fork([Int])
        case accept
    }

    /// Each state with the index of the one after it.
    private var states: [(state: State, next: Int)] = [(.accept, 0)]
    private var start = 0

    init(_ glob: [UInt8]) {
        let nodes = GlobSyntax.parse(GlobUnits.decode(glob))
        start = add(nodes, before: 0)
    }

    func matches(_ path: [UInt8]) -> Bool {
        var current = StateSet(count: states.count)
        var following = StateSet(count: states.count)
        enter(start, in: &current)
        for unit in GlobUnits.decode(path) {
            following.removeAll()
            for index in current.members {
                let (state, next) = states[index]
                if Self.takes(state, unit) { enter(next, in: &following) }
            }
            swap(&current, &following)
            if current.members.isEmpty { return false }
        }
        return current.contains(0)
    }

    private static func takes(_ state: State, _ unit: UInt32) -> Bool {
        switch state {
        case .unit(let wanted): wanted == unit
        case .anyInComponent: unit != GlobUnits.slash
        case .any: true
        case .oneOf(let set): unit != GlobUnits.slash && set.contains(unit)
        case .fork, .accept: false
        }
    }

    /// Adds a state and everything it reaches without taking a unit.
    private func enter(_ index: Int, in set: inout StateSet) {
        var open = [index]
        while let index = open.popLast() {
            guard set.insert(index), case .fork(let targets) = states[index].state else { continue }
            open.append(contentsOf: targets)
        }
    }

    private mutating func add(_ state: State, next: Int = 0) -> Int {
        states.append((state, next))
        return states.count - 1
    }

    private mutating func add(_ nodes: [GlobSyntax.Node], before next: Int) -> Int {
        var next = next
        for node in nodes.reversed() { next = add(node, before: next) }
        return next
    }

    private mutating func add(_ node: GlobSyntax.Node, before next: Int) -> Int {
        switch node {
        case .unit(let unit): return add(.unit(unit), next: next)
        case .anyInComponent: return add(.anyInComponent, next: next)
        case .star: return addLoop(.anyInComponent, before: next)
        case .globstar: return addLoop(.any, before: next)
        case .folders:
            // Nothing, or any folders with the slash that ends them.
            let loop = addLoop(.any, before: add(.unit(GlobUnits.slash), next: next))
            return add(.fork([next, loop]))
        case .oneOf(let set, let text):
            let literal = add(text.map { .unit($0) }, before: next)
            return add(.fork([add(.oneOf(set), next: next), literal]))
        case .alternatives(let choices):
            return add(.fork(choices.map { add($0, before: next) }))
        }
    }

    private mutating func addLoop(_ body: State, before next: Int) -> Int {
        let fork = add(.fork([]))
        let body = add(body, next: fork)
        states[fork].state = .fork([body, next])
        return fork
    }
}

/// A set of small numbers that is emptied in constant time.
private struct StateSet {
    private(set) var members: [Int] = []
    private var marks: [Bool]

    init(count: Int) {
        marks = [Bool](repeating: false, count: count)
    }

    func contains(_ index: Int) -> Bool { marks[index] }

    mutating func insert(_ index: Int) -> Bool {
        guard !marks[index] else { return false }
        marks[index] = true
        members.append(index)
        return true
    }

    mutating func removeAll() {
        for index in members { marks[index] = false }
        members.removeAll(keepingCapacity: true)
    }
}
