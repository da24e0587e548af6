import TestSupport
import Testing

@testable import Orchestrator

@Suite("Line survival")
struct LineSurvivalTests {
    private func survival(_ tip: String, _ final: String) -> LineSurvival {
        LineSurvival(tip: Array(tip.utf8), final: Array(final.utf8))
    }

    @Test("Lines that others surround still hold, changed ones do not")
    func holds() {
        let survival = survival("1\n2\nmine\n4\n", "0\n1\n2\nmine\n4\n5\n")
        #expect(survival.holds(2..<3))
        #expect(!self.survival("1\n2\nmine\n4\n", "1\n2\nyours\n4\n").holds(2..<3))
    }

    @Test("A block that moved as a whole still holds, its lines alone do not make it")
    func blocks() {
        #expect(survival("a\nb\nc\nd\ne\nf\n", "c\nd\ne\nf\nx\na\nb\n").holds(0..<2))
        #expect(!survival("a\nb\nc\n", "b\nx\na\ny\nc\n").holds(0..<2))
    }

    @Test("Removed lines that stand again at their place are noticed, elsewhere they are not")
    func bringsBack() {
        let gone = LineSurvival.lines(Array("gone\n".utf8))
        #expect(survival("1\n2\n", "1\ngone\n2\n").bringsBack(gone, at: 1))
        #expect(!survival("1\n2\n", "1\n2\ngone\n").bringsBack(gone, at: 1))
        #expect(!survival("1\n2\n", "1\n2\n").bringsBack(gone, at: 1))
    }

    @Test("Each line may stand anywhere for a union")
    func eachLine() {
        #expect(survival("a\nb\n", "b\nx\na\n").holdsEachLine(of: 0..<2))
        #expect(!survival("a\nb\n", "a\nx\n").holdsEachLine(of: 0..<2))
    }

    @Test("A last line without a line feed is a line like the others")
    func lastLine() {
        #expect(LineSurvival.lines(Array("a\nb".utf8)).count == 2)
        #expect(LineSurvival.lines(Array("a\nb\n".utf8)).count == 2)
        #expect(LineSurvival.lines([]).isEmpty)
        #expect(survival("a\nb", "a\nb\n").holds(0..<2))
    }

    @Test("Inserting around a file never loses its lines", arguments: SeededRandom.seeds(200))
    func insertions(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let tip = (0..<random.int(in: 1...30)).map { _ in random.word(length: 1...1) }
        var final: [String] = []
        for line in tip {
            while random.oneIn(3) { final.append(random.word(length: 2...2)) }
            final.append(line)
        }
        let survival = survival(tip.joined(separator: "\n"), final.joined(separator: "\n"))
        #expect(survival.holds(0..<tip.count), "\(random)")
    }

    @Test("A line that is nowhere in the final file is never held", arguments: SeededRandom.seeds(200))
    func losses(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let others = (0..<random.int(in: 0...30)).map { _ in random.word(length: 1...1) }
        let place = random.int(in: 0...others.count)
        var tip = others
        tip.insert("mine", at: place)
        let survival = survival(tip.joined(separator: "\n"), others.joined(separator: "\n"))
        #expect(!survival.holds(place..<(place + 1)), "\(random)")
    }
}
