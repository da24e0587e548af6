import CLibPQ
import EventLoop
import Locking

extension PostgresConnection {
    /// Puts a request in line and starts it when it is its turn.
    func submit(_ request: PostgresRequest) {
        if let loss { return request.resume(.failure(loss)) }
        guard connection != nil else { return request.resume(.failure(.closed("the connection to \"\(url)\""))) }
        guard waiting.count < options.waitingLimit else {
            return request.resume(.failure(.overloaded(waiting: waiting.count)))
        }
        let (id, limit) = (request.id, request.timeout)
        request.timer = reactor.schedule(after: limit) { [weak self] in
            self?.assumeIsolated { $0.stop(id, .timedOut) }
        }
        waiting.append(request)
        startNext()
    }

    func startNext() {
        guard current == nil, cancelsUnderWay == 0, !waiting.isEmpty, let connection else { return }
        let request = waiting.removeFirst()
        current = request
        status.withLock { $0.isBusy = true }
        // Before anything can leave: the server may be at work before this thread is again.
        request.startedAt = ContinuousClock.now
        do {
            try send(request, over: connection)
        } catch {
            // Refused before anything was sent: only this request is concerned.
            if error.code == .invalidRequest, !request.isSent {
                finish(request, .failure(error))
            } else {
                end(error, isLost: true)
            }
            return
        }
        flush()
    }

    /// Hands the statements to libpq; nothing leaves before the last call, except what exceeds libpq's buffer.
    private func send(_ request: PostgresRequest, over connection: OpaquePointer) throws(PostgresError) {
        var parameters: [ParameterBuffer] = []
        for statement in request.statements {
            guard !statement.sql.utf8.contains(0) else {
                throw .invalidRequest("a statement holds a NUL byte", hint: "bind the value as a parameter")
            }
            parameters.append(try ParameterBuffer(statement.values))
        }
        request.isSent = true
        if PQtransactionStatus(connection) == PQTRANS_IDLE { try sendDeallocations(request, over: connection) }
        for (statement, parameters) in zip(request.statements, parameters) {
            try send(statement, parameters, for: request, over: connection)
        }
        try require(PQpipelineSync(connection))
        request.steps.append(.sync)
    }

    /// Frees what the cache gave up, in a transaction of its own so that a failure concerns nobody.
    private func sendDeallocations(_ request: PostgresRequest, over connection: OpaquePointer) throws(PostgresError) {
        let names = cache.takeEvicted(32)
        if names.isEmpty { return }
        for name in names {
            try require(PQsendQueryParams(connection, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 1))
            request.steps.append(.deallocate)
            // One sync each: an unknown name must not keep the next one from being freed.
            try require(PQpipelineSync(connection))
            request.steps.append(.sync)
        }
    }

    private func send(
        _ statement: PostgresStatement,
        _ parameters: ParameterBuffer,
        for request: PostgresRequest,
        over connection: OpaquePointer
    ) throws(PostgresError) {
        let count = Int32(parameters.types.count)
        let formats = [Int32](repeating: 1, count: parameters.types.count)
        guard statement.isKept else {
            let isSent = parameters.withPointers { values in
                PQsendQueryParams(
                    connection,
                    statement.sql,
                    count,
                    parameters.types,
                    values,
                    parameters.lengths,
                    formats,
                    1
                )
            }
            try require(isSent)
            request.steps.append(.execute(nil))
            return
        }
        let key = StatementCache.Key(sql: statement.sql, types: parameters.types)
        let use = cache.use(key)
        if use.isNew {
            try require(PQsendPrepare(connection, use.name, statement.sql, count, parameters.types))
            request.steps.append(.prepare(key))
        }
        let isSent = parameters.withPointers { values in
            PQsendQueryPrepared(connection, use.name, count, values, parameters.lengths, formats, 1)
        }
        try require(isSent)
        request.steps.append(.execute(key))
    }

    private func require(_ status: Int32) throws(PostgresError) {
        guard status == 1 else { throw .connectionLost("\(url)", why: connectionMessage, isSent: true) }
    }

    /// libpq's text about the connection itself, on one line.
    private var connectionMessage: String {
        guard let connection else { return "it is closed" }
        let text = String(cString: PQerrorMessage(connection)).split(separator: "\n").joined(separator: "; ")
        return text.isEmpty ? "no reason given" : text
    }

    // MARK: The socket

    func watchSocket() throws(EventLoopError) {
        let events: ReadyEvents = isWatchingWrites ? [.readable, .writable] : .readable
        try reactor.watch(descriptor, events) { [weak self] events in
            self?.assumeIsolated { $0.socketIsReady(events) }
        }
    }

    private func flush() {
        guard let connection else { return }
        let status = PQflush(connection)
        guard status >= 0 else { return lose() }
        guard (status == 1) != isWatchingWrites else { return }
        isWatchingWrites = status == 1
        do {
            try watchSocket()
        } catch {
            end(.connectionLost("\(url)", why: "\(error)", isSent: true), isLost: true)
        }
    }

    private func socketIsReady(_ events: ReadyEvents) {
        guard let connection else { return }
        // Reading first: the server may be unable to take more before somebody reads its answers.
        guard PQconsumeInput(connection) == 1 else {
            readResults()
            return lose()
        }
        readResults()
        readNotifications()
        if isWatchingWrites, self.connection != nil { flush() }
        // The reactor's last word: no more events will come.
        if events == .hangUp, reactor.isStopping { end(.closed("the event loop"), isLost: false) }
    }

    private func readNotifications() {
        guard let connection, let onNotification else { return }
        while let notification = PQnotifies(connection) {
            let content = notification.pointee
            onNotification(
                PostgresNotification(
                    channel: content.relname.map { String(cString: $0) } ?? "",
                    payload: content.extra.map { String(cString: $0) } ?? "",
                    serverProcess: content.be_pid
                )
            )
            PQfreemem(notification)
        }
    }

    // MARK: Answers

    private func readResults() {
        while let connection, let request = current, PQisBusy(connection) == 0 {
            guard let result = PQgetResult(connection) else {
                // The end of one statement's results. Before any result it says that nothing more is there.
                guard request.isAnswered else { return }
                request.isAnswered = false
                // An error in place of a sync's answer, from the commit, is followed by the sync's own.
                if case .sync = request.step { continue }
                request.position += 1
                continue
            }
            take(result, for: request)
        }
    }

    private func take(_ result: OpaquePointer, for request: PostgresRequest) {
        let outcome = PQresultStatus(result)
        if outcome == PGRES_PIPELINE_SYNC {
            PQclear(result)
            request.position += 1
            request.isAnswered = false
            if request.step == nil { complete(request) }
            return
        }
        request.isAnswered = true
        switch (outcome, request.step) {
        case (PGRES_TUPLES_OK, .execute), (PGRES_COMMAND_OK, .execute), (PGRES_EMPTY_QUERY, .execute):
            request.rows.append(PostgresRows(result))
            return
        case (PGRES_PIPELINE_ABORTED, .prepare(let key)): cache.remove(key)
        case (PGRES_FATAL_ERROR, let step): fail(request, at: step, result)
        case (PGRES_COPY_IN, _), (PGRES_COPY_OUT, _), (PGRES_COPY_BOTH, _):
            PQclear(result)
            let error = PostgresError.invalidRequest("\"\(request.label)\" is a copy, which this client does not do")
            request.failure = error
            return end(error, isLost: false)
        default: break
        }
        PQclear(result)
    }

    private func fail(_ request: PostgresRequest, at step: PostgresRequest.Step?, _ result: OpaquePointer) {
        if case .deallocate = step { return }
        var error = PostgresError.server(result, statement: request.label)
        switch step {
        case .prepare(let key): cache.remove(key)
        // The plan no longer fits its tables, or a pooler gave us another server process.
        case .execute(.some(let key)) where ["0A000", "26000"].contains(error.sqlState): cache.remove(key)
        default: break
        }
        let severity = PQresultErrorField(result, CLIBPQ_DIAG_SEVERITY).map { String(cString: $0) }
        // Without a state it is libpq itself that speaks: the connection broke.
        if error.sqlState == nil || severity == "FATAL" || severity == "PANIC" {
            error = PostgresError(
                code: .connectionLost,
                message: "the connection to \"\(url)\" broke during \"\(request.label)\": \(error.message)",
                sqlState: error.sqlState,
                // A server that says good-bye before the last statement was done has not committed.
                isOutcomeUnknown: severity != "FATAL" || request.isCommitting
            )
        }
        if request.failure == nil { request.failure = error }
    }

    private func complete(_ request: PostgresRequest) {
        if let connection {
            let transaction = PQtransactionStatus(connection)
            status.withLock { $0.isInTransaction = transaction != PQTRANS_IDLE }
        }
        let outcome: PostgresRequest.Outcome
        if let failure = request.failure {
            // 57014 is also what the server's own time limit and other people's cancels give.
            let isOurs = failure.sqlState == "57014"
            switch request.stop {
            case .cancelled where isOurs: outcome = .failure(.cancelled(request.label, isSent: false))
            case .timedOut where isOurs:
                outcome = .failure(.timedOut(request.label, limit: request.timeout, isSent: false))
            default: outcome = .failure(failure)
            }
        } else {
            // Done although a cancel was under way: the answer is true, and throwing it away would hide an effect.
            outcome = .success(request.rows)
        }
        report(request)
        finish(request, outcome)
    }

    private func report(_ request: PostgresRequest) {
        guard let start = request.startedAt else { return }
        let duration = ContinuousClock.now - start
        guard duration > options.slowQuery else { return }
        options.onEvent(.slowQuery(statement: request.label, duration: duration))
    }

    func finish(_ request: PostgresRequest, _ outcome: PostgresRequest.Outcome) {
        if let timer = request.timer { reactor.cancel(timer) }
        request.timer = nil
        if current === request {
            current = nil
            status.withLock { $0.isBusy = false }
        }
        request.resume(outcome)
        startNext()
    }

    private func lose() {
        end(.connectionLost("\(url)", why: connectionMessage, isSent: false), isLost: true)
    }
}
