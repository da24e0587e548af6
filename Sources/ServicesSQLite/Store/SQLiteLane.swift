import Dispatch
import GRDB
import Glibc
import Locking
import Services

/// One connection and the requests that wait for it.
///
/// The writer's lane commits many waiting closures as one transaction. They run one after another without savepoints, for
/// which SQLite would copy every page they touch; when one fails, the transaction is rolled back and its closures run
/// again with a savepoint each, so that a closure's own error undoes that closure only. An error at the commit fails all
/// of them. A reader's lane gives each batch one snapshot, which begins after all of the batch have asked.
final class SQLiteLane: Sendable {
    enum Role: Sendable {
        case writer
        case reader
    }

    struct Limits: Sendable {
        var waiting: Int
        var batch: Int
        var batchTime: Duration
    }

    private struct State {
        /// Asked for, in order.
        var waiting: [any LaneRequest] = []
        /// Taken for the next transaction and not started; only the lane's queue takes from here.
        var unstarted: [any LaneRequest] = []
        /// Until when the transaction under way may wait for other processes.
        var runningUntil: ContinuousClock.Instant?
        var isDraining = false
        var isClosed = false
    }

    private static let begin = SQL("BEGIN IMMEDIATE")
    private static let beginReading = SQL("BEGIN")
    private static let commit = SQL("COMMIT")
    private static let rollback = SQL("ROLLBACK")
    private static let savepoint = SQL("SAVEPOINT closure")
    private static let release = SQL("RELEASE closure")
    private static let rollbackToSavepoint = SQL("ROLLBACK TO closure")

    private let connection: SQLiteConnection
    private let busy: BusyWait
    private let role: Role
    private let limits: Limits
    private let clock: StoreClock
    private let state = Lock(State())

    init(connection: SQLiteConnection, busy: BusyWait, role: Role, limits: Limits, clock: StoreClock) {
        self.connection = connection
        self.busy = busy
        self.role = role
        self.limits = limits
        self.clock = clock
        busy.ask { [weak self] in self?.dropOverdue() ?? false }
    }

    /// Requests that no transaction has begun for.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// How many requests wait, for choosing among lanes.
    var load: Int { state.withLock { $0.waiting.count + $0.unstarted.count } }

    /// Runs the closure in a transaction of its turn.
    ///
    /// A cancelled caller that is still waiting leaves at once; one whose closure has started gets its outcome.
    func perform<Value: Sendable>(
        deadline: ContinuousClock.Instant,
        _ body: @escaping PendingRequest<Value>.Body
    ) async throws(ServicesError) -> Value {
        let request = PendingRequest(deadline: deadline, body: body)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { caller in
                request.attach(caller)
                submit(request)
            }
        } onCancel: {
            request.cancel()
            withdraw(request)
        }
        return try outcome.get()
    }

    /// Takes no more requests; those that wait are still served.
    func close() async throws(ServicesError) {
        state.withLock { $0.isClosed = true }
        let connection = connection
        let failure = await withCheckedContinuation { (caller: CheckedContinuation<ServicesError?, Never>) in
            // Behind the drain that may be under way; GRDB closes from outside its own queue only.
            connection.queue.asyncWriteWithoutTransaction { _ in
                connection.finalizeStatements()
                SQLiteStore.background.async {
                    do {
                        try connection.queue.close()
                        caller.resume(returning: nil)
                    } catch {
                        caller.resume(returning: .grdb(error, path: connection.path))
                    }
                }
            }
        }
        if let failure { throw failure }
    }

    private func submit(_ request: any LaneRequest) {
        let (error, isFirst) = state.withLock { state -> (ServicesError?, Bool) in
            if state.isClosed { return (.sqliteClosed(connection.path), false) }
            // Cancelled before it came here: its withdrawal found nothing to withdraw.
            if request.isCancelled { return (.cancelled, false) }
            guard state.waiting.count < limits.waiting else {
                return (.sqliteOverloaded(connection.path, limit: limits.waiting), false)
            }
            state.waiting.append(request)
            defer { state.isDraining = true }
            return (nil, !state.isDraining)
        }
        if let error { return request.fail(error) }
        if isFirst { connection.queue.asyncWriteWithoutTransaction { [self] _ in drain() } }
    }

    private func withdraw(_ request: any LaneRequest) {
        let isWithdrawn = state.withLock { state in
            let places = [\State.waiting, \State.unstarted]
            for place in places {
                guard let index = state[keyPath: place].firstIndex(where: { $0 === request }) else { continue }
                state[keyPath: place].remove(at: index)
                return true
            }
            return false
        }
        if isWithdrawn { request.fail(.cancelled) }
    }

    /// Fails the requests whose time is over; `false` when none is left that wants the file now.
    private func dropOverdue() -> Bool {
        let now = ContinuousClock.now
        let (overdue, isWanted) = state.withLock { state in
            let overdue = (state.unstarted + state.waiting).filter { $0.deadline <= now }
            if !overdue.isEmpty {
                state.unstarted.removeAll { $0.deadline <= now }
                state.waiting.removeAll { $0.deadline <= now }
            }
            return (overdue, !state.unstarted.isEmpty || state.runningUntil.map { now < $0 } ?? false)
        }
        for request in overdue { request.fail(.sqliteDeadline(connection.path)) }
        return isWanted
    }

    // MARK: - On the connection's queue

    private func drain() {
        let transaction = SQLiteTransaction(connection: connection, clock: clock)
        var isCareful = false
        while takeBatch() {
            // Gives a process that was seen waiting its chance: the file is free only for this moment.
            if role == .writer, busy.takeContention() { usleep(.random(in: 50...400)) }
            isCareful = !runBatch(transaction, isCareful: isCareful)
        }
    }

    private func takeBatch() -> Bool {
        state.withLock { state in
            state.runningUntil = nil
            if state.unstarted.isEmpty {
                let count = min(state.waiting.count, limits.batch)
                state.unstarted = Array(state.waiting.prefix(count))
                state.waiting.removeFirst(count)
            }
            state.isDraining = !state.unstarted.isEmpty
            return state.isDraining
        }
    }

    private func takeUnstarted() -> [any LaneRequest] {
        state.withLock { state in
            defer { state.unstarted = [] }
            state.runningUntil = state.unstarted.map(\.deadline).max()
            return state.unstarted
        }
    }

    private func putBack(_ requests: some Sequence<any LaneRequest>) {
        let requests = Array(requests)
        state.withLock { $0.unstarted = requests }
    }

    /// - Returns: `false` when a closure failed: nothing was stored, and the batch waits to be run carefully.
    private func runBatch(_ transaction: SQLiteTransaction, isCareful: Bool) -> Bool {
        guard dropOverdue() else { return true }
        transaction.begin()
        do {
            try connection.run(role == .writer ? Self.begin : Self.beginReading)
        } catch {
            for request in takeUnstarted() { request.fail(error) }
            return true
        }
        let batch = takeUnstarted()
        let end = ContinuousClock.now + limits.batchTime
        var done: [any LaneRequest] = []
        for (index, request) in batch.enumerated() {
            if request.isCancelled {
                request.fail(.cancelled)
                continue
            }
            transaction.advance()
            let isSaved = isCareful && batch.count > 1
            if let error = isSaved ? performSaved(request, transaction) : request.perform(transaction) {
                if role == .writer, !isCareful, batch.count > 1 {
                    rollBack()
                    putBack(batch)
                    return false
                }
                request.fail(error)
                guard connection.isInTransaction, role == .reader || isSaved else {
                    putBack(batch[(index + 1)...])
                    abandon(done, error)
                    return true
                }
            } else {
                done.append(request)
            }
            if ContinuousClock.now >= end {
                putBack(batch[(index + 1)...])
                break
            }
        }
        do {
            try transaction.storeCounters()
            try connection.run(Self.commit)
        } catch {
            abandon(done, error)
            return true
        }
        for action in transaction.takeActions() { action() }
        for request in done { request.complete() }
        return true
    }

    private func performSaved(_ request: any LaneRequest, _ transaction: SQLiteTransaction) -> ServicesError? {
        let mark = transaction.mark
        do {
            try connection.run(Self.savepoint)
            guard let error = request.perform(transaction) else {
                try connection.run(Self.release)
                return nil
            }
            transaction.forgetActions(from: mark)
            if connection.isInTransaction {
                try connection.run(Self.rollbackToSavepoint)
                try connection.run(Self.release)
            }
            return error
        } catch {
            // Neither kept nor undone for sure: the whole batch must go.
            transaction.forgetActions(from: mark)
            rollBack()
            return error
        }
    }

    /// Nothing of the batch was stored: fails all who had their turn.
    private func abandon(_ done: [any LaneRequest], _ error: ServicesError) {
        rollBack()
        for request in done { request.fail(error) }
    }

    private func rollBack() {
        guard connection.isInTransaction else { return }
        // Clean-up after an error that is reported; SQLite has rolled back by itself where this fails.
        _ = try? connection.run(Self.rollback)
    }
}
