import CLibPQ
import EventLoop
import Locking

extension PostgresConnection {
    /// Resolves, connects, logs in and prepares the session.
    func open() async throws(PostgresError) {
        let start = ContinuousClock.now
        let parameters = try await resolvedParameters()
        let failure = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                opening = continuation
                startOpening(parameters, limit: options.connectTimeout - (ContinuousClock.now - start))
            }
        } onCancel: {
            reactor.execute {
                self.assumeIsolated { $0.finishOpening(.cancelled("connecting to \($0.url)", isSent: false)) }
            }
        }
        if let failure { throw failure }
        do {
            try await prepareSession(limit: options.connectTimeout - (ContinuousClock.now - start))
        } catch {
            close()
            throw error
        }
    }

    /// The parameters for libpq, with numeric addresses so that libpq itself never looks a name up.
    private func resolvedParameters() async throws(PostgresError) -> [String: String] {
        var parameters = url.parameters
        parameters["client_encoding"] = "UTF8"
        if parameters["application_name"] == nil { parameters["application_name"] = options.applicationName }
        // Asking for Kerberos tickets reads files and talks to other servers, unless somebody wants that.
        if parameters["gssencmode"] == nil { parameters["gssencmode"] = "disable" }
        // Bounds what only libpq waits for: a cancel that a silent server never takes.
        if parameters["tcp_user_timeout"] == nil { parameters["tcp_user_timeout"] = "30000" }
        guard parameters["hostaddr"] == nil, let host = parameters["host"] else { return parameters }
        let names = host.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.contains(where: { !$0.isEmpty && !$0.hasPrefix("/") && !$0.hasPrefix("@") }) else {
            return parameters
        }
        let ports = (parameters["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let resolver = HostResolver(threads: helpers)
        var entries: [(host: String, address: String, port: String)] = []
        var failure: (any Error)?
        for (index, name) in names.enumerated() {
            let port = ports.count == names.count ? ports[index] : ports.first ?? ""
            if name.isEmpty || name.hasPrefix("/") || name.hasPrefix("@") {
                entries.append((name, "", port))
                continue
            }
            do {
                for address in try await resolver.addresses(of: name) { entries.append((name, address, port)) }
            } catch {
                failure = error
            }
        }
        guard !entries.isEmpty else { throw .connectionFailed("\(url)", why: failure.map { "\($0)" } ?? "no address") }
        parameters["host"] = entries.map(\.host).joined(separator: ",")
        parameters["hostaddr"] = entries.map(\.address).joined(separator: ",")
        parameters["port"] = entries.map(\.port).joined(separator: ",")
        return parameters
    }

    private func startOpening(_ parameters: [String: String], limit: Duration) {
        let sorted = parameters.sorted { $0.key < $1.key }
        let started = withCStrings(sorted.map(\.key)) { keys in
            withCStrings(sorted.map(\.value)) { values in PQconnectStartParams(keys, values, 0) }
        }
        guard let started else { return finishOpening(.connectionFailed("\(url)", why: "out of memory")) }
        connection = started
        // The default would write to stderr.
        PQsetNoticeProcessor(started, { _, _ in }, nil)
        // Only so do refusals of the log-in carry their code.
        PQsetErrorVerbosity(started, PQERRORS_VERBOSE)
        openingTimer = reactor.schedule(after: limit) { [weak self] in
            guard let self else { return }
            self.assumeIsolated { connection in
                connection.finishOpening(
                    .connectTimedOut("\(connection.url)", limit: connection.options.connectTimeout)
                )
            }
        }
        // libpq says to act as if it had last asked for writing.
        watchOpening(PGRES_POLLING_WRITING)
    }

    private func watchOpening(_ wanted: PostgresPollingStatusType) {
        guard let connection else { return }
        switch wanted {
        case PGRES_POLLING_OK: return finishOpening(nil)
        case PGRES_POLLING_READING, PGRES_POLLING_WRITING: break
        default: return finishOpening(loginFailure(connection))
        }
        // The socket may change with every step: another address, or the same number anew.
        let socket = PQsocket(connection)
        if descriptor >= 0, descriptor != socket { reactor.unwatch(descriptor) }
        descriptor = socket
        guard socket >= 0 else { return finishOpening(loginFailure(connection)) }
        do {
            try reactor.watch(socket, wanted == PGRES_POLLING_READING ? .readable : .writable) { [weak self] _ in
                self?.assumeIsolated { $0.pollOpening() }
            }
        } catch {
            finishOpening(.connectionFailed("\(url)", why: "\(error)"))
        }
    }

    private func pollOpening() {
        guard let connection, opening != nil else { return }
        watchOpening(PQconnectPoll(connection))
    }

    /// What libpq says, which names host, user and database but never the password, with the server's code.
    private func loginFailure(_ connection: OpaquePointer) -> PostgresError {
        let lines = String(cString: PQerrorMessage(connection)).split(separator: "\n")
            .filter { !$0.hasPrefix("LOCATION:") }
        var text = lines.joined(separator: "; ")
        // The verbose form of a server's refusal is "FATAL:  28P01: text".
        let state = text.firstMatch(of: #/: {2}([0-9A-Z]{5}): /#).map { String($0.1) }
        if let state { text = text.replacing("\(state): ", with: "", maxReplacements: 1) + " [\(state)]" }
        return .connectionFailed("\(url)", why: text.isEmpty ? "no reason given" : text, sqlState: state)
    }

    private func finishOpening(_ failure: PostgresError?) {
        guard let continuation = opening else { return }
        opening = nil
        if let openingTimer { reactor.cancel(openingTimer) }
        openingTimer = nil
        var failure = failure
        if failure == nil, let connection {
            cancelHandle = CancelHandle(connection)
            PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
            let isReady = PQsetnonblocking(connection, 1) == 0 && PQenterPipelineMode(connection) == 1
            do {
                if !isReady || cancelHandle == nil {
                    failure = .connectionFailed("\(url)", why: "libpq refused the pipeline mode")
                }
                try watchSocket()
            } catch {
                failure = .connectionFailed("\(url)", why: "\(error)")
            }
        }
        if let failure {
            end(failure, isLost: false)
        } else {
            status.withLock { $0.isOpen = true }
        }
        continuation.resume(returning: failure)
    }

    private func prepareSession(limit: Duration) async throws(PostgresError) {
        func milliseconds(_ duration: Duration?) -> String { "\(duration.map { Int($0 / .milliseconds(1)) } ?? 0)" }
        let settings = [
            ("statement_timeout", milliseconds(options.statementTimeout)),
            ("idle_in_transaction_session_timeout", milliseconds(options.idleInTransactionTimeout)),
        ]
        let statements = settings.map { name, value in
            PostgresStatement("SELECT set_config($1, $2, false)", [.text(name), .text(value)], isKept: false)
        }
        _ = try await send(statements, kind: .ordinary, timeout: limit)
    }
}

/// Calls the body with the strings as C strings in a list that ends with nil.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    var bytes: [CChar] = []
    let offsets = strings.map { string in
        defer { bytes.append(contentsOf: string.utf8CString) }
        return bytes.count
    }
    return bytes.withUnsafeBufferPointer { buffer in
        let pointers = offsets.map { buffer.baseAddress?.advanced(by: $0) } + [nil]
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
