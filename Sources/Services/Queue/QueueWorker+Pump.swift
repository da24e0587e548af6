import Locking

extension QueueWorker {
    /// Moves work between store and shelf until the worker has stopped.
    func pump() async -> StintEnd {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.settleOverflow() }
            let end = await moveWork()
            group.cancelAll()
            return end
        }
    }

    private func moveWork() async -> StintEnd {
        var pump = QueuePump(options: options, hasSignals: driver is any WorkQueueSignals)
        while !Task.isCancelled {
            if isStopping, pump.drainLimit == nil {
                pump.stop(at: stopwatch.elapsed)
                shelf.close()
            }
            let now = stopwatch.elapsed
            let mayClaim = tenure.withLock { $0.map { now < $0.quietAt } ?? true }
            switch pump.step(shelf.look(), mayClaim: mayClaim, at: now) {
            case .exchange(let claim):
                if let worker = await register(&pump) { await exchange(worker, claim: claim, &pump) }
            case .giveBack:
                shelf.giveBack()
                pump.gaveBack(at: now)
            case .rest(let until): _ = await pumpBell.wait(until: until, on: stopwatch)
            case .finished: return .finished
            }
        }
        return .idle
    }

    /// The current generation; registers one when there is none.
    private func register(_ pump: inout QueuePump) async -> WorkerGeneration? {
        if let current = roster.withLock({ $0.current }) { return current }
        let requestedAt = stopwatch.elapsed
        do {
            let generation = try await driver.register(instance, lease: options.lease)
            roster.withLock { $0.register(generation) }
            tenure.withLock { tenure in
                // Older generations may be nearer to their end: the tenure of the worker is that of the oldest grant.
                guard tenure == nil else { return }
                tenure = LeaseTenure(timeToLive: options.lease, safety: options.safety, grantedAt: requestedAt)
            }
            heartBell.ring()
            return generation
        } catch {
            report(error, isFirst: !pump.isFailing)
            pump.failed(at: stopwatch.elapsed, random: .random(in: 0..<1))
            return nil
        }
    }

    private func exchange(_ worker: WorkerGeneration, claim: Int, _ pump: inout QueuePump) async {
        let settlements = shelf.takeFinished()
        defer { shelf.exchanged() }
        do {
            let exchange = try await driver.exchange(
                worker,
                settling: settlements,
                claimingFrom: queues,
                limit: claim
            )
            pump.exchanged(
                asked: claim,
                got: exchange.deliveries.count,
                settled: settlements.count,
                at: stopwatch.elapsed,
                random: .random(in: 0..<1)
            )
            report(settlements, exchange)
            let empty = roster.withLock { roster in
                roster.delivered(exchange.deliveries.count, to: worker)
                return roster.answered(settlements)
            }
            if !exchange.deliveries.isEmpty { shelf.add(exchange.deliveries, lowWater: pump.lowWater) }
            await retire(empty)
        } catch {
            if error.isRefusal {
                await settleSingly(settlements, as: worker)
            } else {
                shelf.putBack(settlements)
            }
            report(error, isFirst: !pump.isFailing)
            pump.failed(at: stopwatch.elapsed, random: .random(in: 0..<1))
            // Jobs may have been handed out in an answer that was lost.
            guard claim > 0, error.mayHaveTakenEffect else { return }
            let (empty, isBare) = roster.withLock { roster in
                let empty = roster.distrust()
                return (empty, roster.generations.isEmpty)
            }
            if isBare { tenure.withLock { $0 = nil } }
            await retire(empty)
        }
    }

    func retire(_ generations: [WorkerGeneration]) async {
        for generation in generations {
            // What cannot be retired now ends with its lease.
            try? await driver.retire(generation)
        }
    }

    /// Sends endings one by one after the store refused them together, so that one it will never take does not hold up
    /// the others.
    ///
    /// An ending that is refused alone as well becomes a failure that says so; when even that is refused the job is left
    /// to the end of its worker's hold, which comes as soon as the worker has nothing else.
    private func settleSingly(_ settlements: [Settlement], as worker: WorkerGeneration) async {
        for (index, settlement) in settlements.enumerated() {
            do {
                do {
                    try await settle(settlement, as: worker)
                } catch  where error.isRefusal {
                    let text = "The store refused the ending of this job (\(error.code.rawValue))."
                    let retry = options.retry.delay(after: error, attempt: settlement.receipt.attempt)
                    let failure = JobEnding.failed(error: text, retryAfter: retry)
                    try await settle(Settlement(receipt: settlement.receipt, ending: failure), as: worker)
                }
            } catch  where error.isRefusal {
                let empty = roster.withLock { roster in roster.answered([settlement]) + roster.distrust() }
                await retire(empty)
            } catch {
                // Away meanwhile: the rest is sent when the store is back.
                shelf.putBack(Array(settlements[index...]))
                return
            }
        }
    }

    private func settle(_ settlement: Settlement, as worker: WorkerGeneration) async throws(ServicesError) {
        let exchange = try await driver.exchange(worker, settling: [settlement], claimingFrom: [], limit: 0)
        report([settlement], exchange)
        await retire(roster.withLock { $0.answered([settlement]) })
    }

    /// Stores what is finished and gives the rest back, in bounded time and also when the task is cancelled.
    ///
    /// Only when no handler runs any more: what is given back may begin elsewhere at once.
    func sayFarewell() async {
        let driver = driver
        let settlements = shelf.takeFinished()
        let (current, generations) = roster.withLock { ($0.current ?? $0.generations.first, $0.generations) }
        await TimeLimit.shielded(options.farewellLimit, on: stopwatch) {
            // What cannot be stored or given back now comes back when the lease ends.
            if let current, !settlements.isEmpty {
                _ = try? await driver.exchange(current, settling: settlements, claimingFrom: [], limit: 0)
            }
            for generation in generations { try? await driver.retire(generation) }
        }
    }
}

extension ServicesError {
    /// Whether a request that failed so may have been carried out all the same.
    package var mayHaveTakenEffect: Bool { code == .outcomeUnknown || code == .storeTimedOut || code == .cancelled }

    /// Whether the same request would be refused again.
    fileprivate var isRefusal: Bool { code == .invalidRequest || code == .storeRefused }
}
