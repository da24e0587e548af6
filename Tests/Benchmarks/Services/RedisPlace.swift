import EventLoop
import Foundation
import Glibc
import Redis
import ServicesRedis

/// The server that the Redis rows are measured on, with `redis-benchmark` beside us.
struct RedisPlace: Sendable {
    let workplace: Workplace
    let socket: String
    let peers: PeerScripts
    let meter: ProcessorMeter

    init(workplace: Workplace, socket: String, process: pid_t, peers: PeerScripts) {
        self.workplace = workplace
        self.socket = socket
        self.peers = peers
        meter = ProcessorMeter(server: process)
    }

    func command(_ words: String) async throws -> String {
        try await workplace.shell("exec redis-cli -s '\(socket)' \(words)", in: workplace.folder).output
    }

    /// Runs one command again and again, with so many requests on their way at once on each connection.
    ///
    /// `__rand_int__` in it becomes one of 10,000 numbers.
    func redisBenchmark(_ words: String, count: Int, clients: Int, depth: Int) async throws -> Effort {
        try await meter.measureChild {
            let output = try await workplace.shell(
                "exec redis-benchmark -s '\(socket)' --csv -c \(clients) -P \(depth) -n \(count) -r 10000 \(words)",
                in: workplace.folder
            ).output
            // The command may hold commas; the numbers are the last seven cells.
            let cells = output.split(separator: "\n").last?.components(separatedBy: "\",\"") ?? []
            guard cells.count >= 8, let rate = Double(cells[cells.count - 7]), rate > 0 else {
                throw BenchmarkFailure("redis-benchmark said: \(output)")
            }
            return Effort(count: count, duration: .seconds(Double(count) / rate))
        }
    }

    /// Opens the server as the program does by default.
    func withStore<Result>(_ body: (RedisStore) async throws -> Result) async throws -> Result {
        let reactor = try Reactor()
        let resolver = HostResolver(threads: HelperThreads())
        let store = RedisStore(url: try RedisURL("unix://" + socket), reactor: reactor, resolver: resolver)
        let result: Swift.Result<Result, any Error>
        do {
            _ = try await store.client.send("PING")
            result = .success(try await body(store))
        } catch {
            result = .failure(error)
        }
        await store.close()
        await reactor.shutdown()
        return try result.get()
    }
}
