import TestSupport
import Testing

@testable import EventLoop

@Suite("Timer heap")
struct TimerHeapTests {
    @Test("Random inserts, cancels and pops agree with a sorted list", arguments: SeededRandom.seeds(20))
    func agreesWithAList(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var heap = TimerHeap<Int>()
        var list: [(deadline: UInt64, id: UInt64, value: Int)] = []
        for step in 0..<2_000 {
            switch random.next() % 10 {
            case 0..<5:
                let deadline = random.next() % 1_000
                list.append((deadline, heap.insert(deadline: deadline, step), step))
            case 5..<8:
                guard let entry = list.randomElement(using: &random) else { continue }
                let answers = [heap.cancel(entry.id), heap.cancel(entry.id)]
                #expect(answers == [true, false], "seed \(seed) step \(step)")
                list.removeAll { $0.id == entry.id }
            default:
                let now = random.next() % 1_000
                let due = list.filter { $0.deadline <= now }.min { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
                let popped = heap.popDue(now)
                #expect(popped == due?.value, "seed \(seed) step \(step)")
                if let due { list.removeAll { $0.id == due.id } }
            }
            #expect(heap.count == list.count, "seed \(seed) step \(step)")
            let earliest = heap.earliest
            #expect(earliest == list.map(\.deadline).min(), "seed \(seed) step \(step)")
        }
    }
}
