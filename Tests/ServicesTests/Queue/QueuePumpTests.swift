import Testing

@testable import Services

@Suite("The pump of a queue worker")
struct QueuePumpTests {
    private func counts(_ change: (inout WorkShelf.Counts) -> Void = { _ in }) -> WorkShelf.Counts {
        var counts = WorkShelf.Counts()
        change(&counts)
        return counts
    }

    private func makePump(_ change: (inout QueueWorker.Options) -> Void = { _ in }) -> QueuePump {
        var options = QueueWorker.Options()
        change(&options)
        return QueuePump(options: options, hasSignals: true)
    }

    @Test("A new worker claims one job per handler")
    func first() {
        var pump = makePump()
        #expect(pump.step(counts(), mayClaim: true, at: .zero) == .exchange(claim: 10))
    }

    @Test("Batches of short jobs grow up to the limit, in few round trips")
    func growth() {
        var pump = makePump()
        var now = Duration.zero
        var claims: [Int] = []
        var finished = 0
        while claims.count < 15 {
            let look = counts { counts in
                counts.finished = finished
                counts.finishedSince = finished > 0 ? now : nil
            }
            guard case .exchange(let claim) = pump.step(look, mayClaim: true, at: now) else { break }
            claims.append(claim)
            now += .milliseconds(1)
            pump.exchanged(asked: claim, got: claim, settled: finished, at: now, random: 0.5)
            finished = claim
        }
        #expect(claims.count == 15)
        #expect(claims.last == 2_000)
    }

    @Test("Long jobs are not fetched ahead")
    func longJobs() {
        var pump = makePump()
        pump.exchanged(asked: 10, got: 10, settled: 0, at: .zero, random: 0.5)
        pump.exchanged(asked: 10, got: 10, settled: 10, at: .seconds(10), random: 0.5)
        #expect(pump.prefetch == 0)
        let busy = counts { $0.running = 10 }
        guard case .rest = pump.step(busy, mayClaim: true, at: .seconds(10)) else {
            Issue.record("a busy worker claims more")
            return
        }
    }

    @Test("Endings wait for others, but not when the worker has nothing else to do")
    func flush() {
        var pump = makePump()
        _ = pump.step(counts(), mayClaim: true, at: .zero)
        let alone = counts { counts in
            counts.finished = 1
            counts.finishedSince = .zero
        }
        #expect(pump.step(alone, mayClaim: false, at: .zero) == .exchange(claim: 0))
        let busy = counts { counts in
            counts.running = 10
            counts.finished = 1
            counts.finishedSince = .zero
        }
        #expect(pump.step(busy, mayClaim: true, at: .milliseconds(1)) == .rest(until: .milliseconds(5)))
        #expect(pump.step(busy, mayClaim: true, at: .milliseconds(5)) == .exchange(claim: 0))
        let many = counts { counts in
            counts.running = 10
            counts.finished = 1_000
            counts.finishedSince = .milliseconds(1)
        }
        #expect(pump.step(many, mayClaim: true, at: .milliseconds(1)) == .exchange(claim: 0))
    }

    @Test("Looks for work become rare while there is none, and signals bring them back")
    func polling() {
        var pump = makePump()
        var now = Duration.zero
        var waits: [Duration] = []
        while waits.count < 12 {
            guard case .exchange(let claim) = pump.step(counts(), mayClaim: true, at: now) else { break }
            pump.exchanged(asked: claim, got: 0, settled: 0, at: now, random: 0.5)
            guard case .rest(let until) = pump.step(counts(), mayClaim: true, at: now) else { break }
            waits.append(until - now)
            now = until
        }
        #expect(waits.first == .milliseconds(25))
        #expect(waits.last == .seconds(5))
        #expect(waits == waits.sorted())
        pump.exchanged(asked: 10, got: 0, settled: 0, at: now, random: 0.5)
        #expect(pump.step(counts { $0.hasArrivals = true }, mayClaim: true, at: now) == .exchange(claim: 10))
    }

    @Test("A store that fails is asked again after waits that double up to a limit")
    func failures() {
        var pump = makePump()
        var now = Duration.zero
        var waits: [Duration] = []
        for _ in 0..<12 {
            pump.failed(at: now, random: 1)
            guard case .rest(let until) = pump.step(counts(), mayClaim: true, at: now) else { break }
            waits.append(until - now)
            now = until
        }
        #expect(waits.first == .milliseconds(50))
        #expect(waits.last == .seconds(5))
    }

    @Test("A worker that may not claim settles only")
    func quiet() {
        var pump = makePump()
        guard case .rest = pump.step(counts(), mayClaim: false, at: .zero) else {
            Issue.record("a worker without a sure lease claims")
            return
        }
    }

    @Test("Fetched work that no handler comes to goes back, and little is fetched afterwards")
    func giveBack() {
        var pump = makePump()
        let stuck = counts { counts in
            counts.running = 10
            counts.shelved = 50
            counts.taken = 10
        }
        #expect(pump.step(stuck, mayClaim: true, at: .zero) == .rest(until: .seconds(1)))
        #expect(pump.step(stuck, mayClaim: true, at: .seconds(1)) == .giveBack)
        pump.gaveBack(at: .seconds(1))
        #expect(pump.prefetch == 0)
    }

    @Test("A stopping worker claims nothing, waits for its handlers, and no longer than the limit")
    func stopping() {
        var pump = makePump()
        pump.stop(at: .zero)
        let busy = counts { $0.running = 1 }
        #expect(pump.step(busy, mayClaim: true, at: .seconds(1)) == .rest(until: .seconds(20)))
        #expect(pump.step(busy, mayClaim: true, at: .seconds(20)) == .finished)
        #expect(pump.step(counts(), mayClaim: true, at: .seconds(2)) == .finished)
        let last = counts { counts in
            counts.finished = 1
            counts.finishedSince = .seconds(2)
        }
        #expect(pump.step(last, mayClaim: true, at: .seconds(2)) == .exchange(claim: 0))
    }

    @Test("A generation that may hold unknown work is retired when its known work is settled")
    func roster() {
        var roster = WorkerRoster()
        let (first, second) = (WorkerGeneration(1), WorkerGeneration(2))
        roster.register(first)
        roster.delivered(2, to: first)
        #expect(roster.distrust() == [])
        #expect(roster.current == nil)
        roster.register(second)
        #expect(roster.generations == [first, second])
        func ending(_ job: Int64) -> Settlement {
            Settlement(receipt: DeliveryReceipt(job: JobID(job), attempt: 1, worker: first), ending: .completed)
        }
        #expect(roster.answered([ending(1)]) == [])
        #expect(roster.answered([ending(2)]) == [first])
        #expect(roster.generations == [second])
        #expect(roster.distrust() == [second])
    }
}
