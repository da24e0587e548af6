import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("The bisector finds who breaks the train")
struct TrainBisectorTests {
    /// Which sets of agents make the train fail when all their members are on it.
    private struct Oracle {
        var failingSets: [Set<AgentID>]

        func passes(_ agents: [AgentID]) -> Bool {
            !failingSets.contains { $0.isSubset(of: Set(agents)) }
        }
    }

    private struct Search {
        var conclusion: TrainBisector.Conclusion
        var verified: [[AgentID]]
    }

    private func agents(_ count: Int) -> [AgentID] { (0..<count).map { AgentID("A\($0)") } }

    private func log2RoundedUp(_ count: Int) -> Int {
        var rounds = 0
        while 1 << rounds < count { rounds += 1 }
        return rounds
    }

    private func search(_ bisector: TrainBisector, _ passes: ([AgentID]) -> Bool) throws -> Search {
        var bisector = bisector
        var verified: [[AgentID]] = []
        while verified.count < 1_000 {
            switch bisector.next {
            case .finished(let conclusion): return Search(conclusion: conclusion, verified: verified)
            case .verify(let subset, _):
                verified.append(subset)
                bisector.record(isPassed: passes(subset))
            }
        }
        throw SearchDoesNotEnd()
    }

    private struct SearchDoesNotEnd: Error {}

    @Test("One culprit is found in log2 rounds, a repetition, a proof, and a look at the base", arguments: 1...33)
    func oneCulprit(count: Int) throws {
        let all = agents(count)
        for culprit in all {
            let oracle = Oracle(failingSets: [[culprit]])
            let search = try search(TrainBisector(order: all), oracle.passes)
            #expect(search.conclusion.culprits == [culprit])
            #expect(search.conclusion.kept == all.filter { $0 != culprit })
            #expect(search.conclusion.rounds == search.verified.count)
            #expect(search.conclusion.rounds <= log2RoundedUp(count) + 3, "\(count) agents, culprit \(culprit)")
        }
    }

    @Test("A failing base blames nobody and keeps nothing", arguments: 0...9)
    func failingBase(count: Int) throws {
        let search = try search(TrainBisector(order: agents(count))) { _ in false }
        #expect(search.conclusion.isBaseFailing)
        #expect(search.conclusion.culprits.isEmpty)
        #expect(search.conclusion.kept.isEmpty)
    }

    @Test("Of two that fail only together the later one leaves")
    func interaction() throws {
        let all = agents(6)
        let oracle = Oracle(failingSets: [[all[1], all[4]]])
        let search = try search(TrainBisector(order: all), oracle.passes)
        #expect(search.conclusion.culprits == [all[4]])
        #expect(search.conclusion.kept == [all[0], all[1], all[2], all[3], all[5]])
    }

    @Test("Agents that depend on a culprit leave with it, also over others")
    func dependents() throws {
        let all = agents(5)
        let oracle = Oracle(failingSets: [[all[1]]])
        let dependencies = [all[3]: Set([all[1]]), all[4]: Set([all[3]])]
        let search = try search(TrainBisector(order: all, dependencies: dependencies), oracle.passes)
        #expect(search.conclusion.culprits == [all[1]])
        #expect(search.conclusion.dependents == [all[3]: all[1], all[4]: all[1]])
        #expect(search.conclusion.kept == [all[0], all[2]])
    }

    @Test("A failure that does not repeat blames nobody", arguments: 1...9)
    func flake(count: Int) throws {
        let search = try search(TrainBisector(order: agents(count))) { _ in true }
        #expect(search.conclusion.culprits.isEmpty)
        #expect(search.conclusion.kept == agents(count))
        #expect(search.conclusion.isFlaky)
    }

    @Test("The decisive failure is verified again, past any stored result")
    func repetition() throws {
        var bisector = TrainBisector(order: agents(2), isBaseKnownToPass: true)
        #expect(bisector.next == .verify([AgentID("A0")], isRepeat: false))
        bisector.record(isPassed: false)
        #expect(bisector.next == .verify([AgentID("A0")], isRepeat: true))
        bisector.record(isPassed: false)
        #expect(bisector.next == .verify([AgentID("A1")], isRepeat: false))
    }

    @Test("A result after the end changes nothing")
    func finished() {
        var bisector = TrainBisector(order: [])
        let end = bisector.next
        bisector.record(isPassed: true)
        #expect(bisector.next == end)
    }

    @Test("Monotone failures never cost an innocent, and what stays has passed", arguments: SeededRandom.seeds(300))
    func monotoneFailures(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let all = agents(random.int(in: 1...20))
        let failingSets = (0..<random.int(in: 1...4)).map { _ in
            Set((0..<random.int(in: 1...3)).map { _ in random.pick(all) })
        }
        let minimal = failingSets.filter { set in !failingSets.contains { $0.isStrictSubset(of: set) } }
        let oracle = Oracle(failingSets: failingSets)
        let search = try search(TrainBisector(order: all), oracle.passes)
        let conclusion = search.conclusion
        let culprits = conclusion.culprits

        #expect(!conclusion.isBaseFailing, "\(random)")
        #expect(oracle.passes(conclusion.kept), "\(random)")
        #expect(conclusion.kept.isEmpty || search.verified.contains(conclusion.kept), "\(random)")
        #expect(Set(conclusion.kept + culprits) == Set(all), "\(random)")
        #expect(conclusion.kept == all.filter { !culprits.contains($0) }, "order is kept, \(random)")
        for culprit in culprits {
            #expect(minimal.contains { $0.contains(culprit) }, "\(culprit) is innocent, \(random)")
            let withIt = all.filter { conclusion.kept.contains($0) || $0 == culprit }
            #expect(!oracle.passes(withIt), "\(culprit) could have stayed, \(random)")
        }
        let bound = culprits.count * (log2RoundedUp(all.count) + 1) + 2
        #expect(conclusion.rounds <= bound, "\(conclusion.rounds) rounds for \(culprits.count) culprits, \(random)")
    }

    @Test("Random answers end the search, and what stays was seen to pass", arguments: SeededRandom.seeds(300))
    func randomAnswers(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let all = agents(random.int(in: 1...16))
        var passed: Set<[AgentID]> = []
        var dependencies: [AgentID: Set<AgentID>] = [:]
        for (index, agent) in all.enumerated().dropFirst() where random.oneIn(3) {
            dependencies[agent] = [random.pick(Array(all.prefix(index)))]
        }
        let search = try search(TrainBisector(order: all, dependencies: dependencies)) { subset in
            let isPassed = random.oneIn(2)
            if isPassed { passed.insert(subset) }
            return isPassed
        }
        let conclusion = search.conclusion
        #expect(conclusion.kept.isEmpty || passed.contains(conclusion.kept), "\(random)")
        for subset in search.verified {
            for agent in subset {
                #expect(dependencies[agent, default: []].isSubset(of: Set(subset)), "\(random)")
            }
        }
        let gone = Set(conclusion.culprits).union(conclusion.dependents.keys)
        if !conclusion.isBaseFailing { #expect(Set(conclusion.kept).union(gone) == Set(all), "\(random)") }
    }
}
