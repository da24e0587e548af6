import Locking

extension QueueWorker {
    /// Stores endings beside the pump's request while more of them come than it can take along.
    ///
    /// Handlers of short jobs finish a thousand of them while one request is on its way; a second one lets the server
    /// store them meanwhile, instead of after it. A failure is the pump's to deal with: it sends what was put back.
    func settleOverflow() async {
        while !Task.isCancelled {
            let settlements = shelf.takeOverflow()
            guard let worker = settlements.first?.receipt.worker else {
                _ = await settlerBell.wait(until: stopwatch.elapsed + .seconds(60), on: stopwatch)
                continue
            }
            do {
                let exchange = try await driver.exchange(worker, settling: settlements, claimingFrom: [], limit: 0)
                report(settlements, exchange)
                let empty = roster.withLock { $0.answered(settlements) }
                shelf.settled()
                await retire(empty)
            } catch {
                shelf.putBack(settlements)
                shelf.settled()
                // A cancelled sleep ends the loop.
                try? await stopwatch.sleep(until: stopwatch.elapsed + options.failureWait)
            }
        }
    }
}
