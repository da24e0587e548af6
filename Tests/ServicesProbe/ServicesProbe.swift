import Glibc
import Locking
import Services
import ServicesSQLite

/// A program for tests of stores that several processes share; it can be killed at any time.
///
/// The first argument says what to do, the second names the store's file. What was acknowledged is told line by line.
@main
enum ServicesProbe {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2 else { exit(64) }
        let (mode, path) = (arguments[0], arguments[1])
        do {
            switch mode {
            case "open": try await open(path)
            case "work": try await work(path)
            case "enqueue": try await enqueue(path, count: Int(arguments[2]) ?? 1)
            case "contend": try await contend(path, seconds: Int(arguments[2]) ?? 1)
            case "release": try await takeAndRelease(path)
            case "publish": try await publish(path, arguments[2])
            case "fill": try await fill(path, limitInBytes: UInt(arguments[2]) ?? 0)
            case "stranger": try await actAsStranger(path)
            default: exit(64)
            }
        } catch let error as ServicesError {
            say("error \(error.code.rawValue)")
        } catch {
            say("error other")
        }
    }

    /// Opens the file, with its migrations.
    private static func open(_ path: String) async throws {
        let store = try await SQLiteStore.open(path: path)
        let status = try await SQLiteSchemaDriver(store: store).status()
        say(status.isCurrent ? "current" : "not current")
        try await store.close()
    }

    /// Claims and completes jobs of the queue `q` until it is killed or nothing is left.
    private static func work(_ path: String) async throws {
        let driver = SQLiteWorkQueueDriver(store: try await open(patiently: path))
        let worker = try await driver.register(InstanceID("probe:\(getpid())"), lease: .seconds(1))
        var finished: [Settlement] = []
        while true {
            _ = try await driver.heartbeat(worker, lease: .seconds(1))
            let exchange = try await driver.exchange(worker, settling: finished, claimingFrom: ["q"], limit: 7)
            for job in exchange.settled { say("completed \(job)") }
            for delivery in exchange.deliveries { say("started \(delivery.receipt)") }
            finished = exchange.deliveries.map { Settlement(receipt: $0.receipt, ending: .completed) }
            if finished.isEmpty { break }
        }
        say("done")
    }

    private static func enqueue(_ path: String, count: Int) async throws {
        let driver = SQLiteWorkQueueDriver(store: try await open(patiently: path))
        for number in 0..<count {
            let job = NewJob(queue: "q", kind: "kind", payload: Array("\(number)".utf8))
            for outcome in try await driver.enqueue([job]) { say("stored \(outcome.job)") }
        }
    }

    /// Takes and gives back a lock of its own as often as it can; all processes write to one file.
    private static func contend(_ path: String, seconds: Int) async throws {
        let driver = SQLiteLockDriver(store: try await open(patiently: path))
        say("ready")
        _ = readLine()
        let end = ContinuousClock.now + .seconds(seconds)
        var count = 0
        while ContinuousClock.now < end {
            let request = LeaseRequest(
                names: ["lock \(getpid())"],
                holder: "probe",
                timeToLive: .seconds(60),
                requestID: "\(count)"
            )
            guard case .granted(let leases) = try await driver.acquire(request) else { continue }
            _ = try await driver.release(leases)
            count += 1
        }
        say("count \(count)")
    }

    /// Holds the lock `shared` until a line comes.
    private static func takeAndRelease(_ path: String) async throws {
        let driver = SQLiteLockDriver(store: try await open(patiently: path))
        let request = LeaseRequest(names: ["shared"], holder: "probe", timeToLive: .seconds(600), requestID: "r")
        guard case .granted(let leases) = try await driver.acquire(request) else { return say("held") }
        say("holds")
        _ = readLine()
        say("released \(try await driver.release(leases))")
    }

    private static func publish(_ path: String, _ topic: String) async throws {
        let driver = SQLitePubSubDriver(store: try await open(patiently: path))
        for number in 0..<100 {
            try await driver.publish([PubSubMessage(topic: Topic(topic), payload: Array("\(number)".utf8))])
        }
    }

    /// Enqueues from many tasks at once until no file may grow any more.
    private static func fill(_ path: String, limitInBytes: UInt) async throws {
        let store = try await open(patiently: path)
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: limitInBytes, rlim_max: limitInBytes)
        guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(71) }
        let driver = SQLiteWorkQueueDriver(store: store)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    for _ in 0..<10_000 {
                        let job = NewJob(queue: "q", kind: "kind", payload: Array(repeating: 7, count: 1_000))
                        do throws(ServicesError) {
                            for outcome in try await driver.enqueue([job]) { say("stored \(outcome.job)") }
                        } catch {
                            say("error \(error.code.rawValue)")
                            return
                        }
                    }
                }
            }
        }
        let count = try await driver.statistics(of: ["q"]).first?.ready ?? 0
        say("readable \(count)")
    }

    /// Reads and writes as a user who may only read; where the tests do not run as root, the file's mode decides.
    private static func actAsStranger(_ path: String) async throws {
        if getuid() == 0 {
            guard setgid(65_534) == 0, setuid(65_534) == 0 else { exit(71) }
        }
        let driver = SQLiteWorkQueueDriver(store: try await SQLiteStore.open(path: path))
        say("readable \(try await driver.statistics(of: ["q"]).first?.ready ?? 0)")
        _ = try await driver.enqueue([NewJob(queue: "q", kind: "kind", payload: [])])
        say("written")
    }

    private static func open(patiently path: String) async throws -> SQLiteStore {
        var options = SQLiteStore.Options()
        options.timeout = .seconds(120)
        return try await SQLiteStore.open(path: path, options: options)
    }

    private static func say(_ line: String) {
        // One write per line: lines of several tasks do not mix, and none waits in a buffer when the process is killed.
        let bytes = Array((line + "\n").utf8)
        _ = write(1, bytes, bytes.count)
    }
}
