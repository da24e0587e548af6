import EventLoop
import Foundation
import Glibc
import Postgres
import Redis
import Services
import ServicesPostgres
import ServicesRedis
import ServicesSQLite

/// The stores the settings name, open, with the front types over them: the composition root of the services.
struct OpenStores: Sendable {
    let drivers: ServiceDrivers
    let instance: InstanceID
    /// Where the data are, for people; without passwords.
    let places: [String]
    let lock: LeaseLock
    let queue: WorkQueue
    let cache: Cache
    let rateLimiter: RateLimiter
    let pubSub: PubSub
    let idempotency: IdempotencyLedger
    let jobHistory: JobHistory
    let alerts: AlertRouter

    init(drivers: ServiceDrivers, instance: InstanceID, places: [String], alertSinks: [any AlertSink] = []) {
        self.drivers = drivers
        self.instance = instance
        self.places = places
        lock = LeaseLock(driver: drivers.lock)
        queue = WorkQueue(driver: drivers.queue)
        pubSub = PubSub(driver: drivers.pubSub)
        cache = Cache(driver: drivers.cache, bus: pubSub, instance: instance)
        var limiterOptions = RateLimiter.Options()
        // A command asks once, and its connection is new: better to wait than to decide alone.
        limiterOptions.storeTimeLimit = .seconds(2)
        rateLimiter = RateLimiter(driver: drivers.rateLimiter, options: limiterOptions)
        idempotency = IdempotencyLedger(driver: drivers.idempotency, owner: instance.rawValue)
        jobHistory = JobHistory(driver: drivers.jobHistory, instance: instance)
        alerts = AlertRouter(driver: drivers.alerts, sinks: alertSinks)
    }

    /// Deletes what is over, about once an hour among all who use the stores; whoever cannot leaves it to the next.
    func pruneWhenDue() async {
        _ = try? await StorePruning(drivers: drivers).performWhenDue(by: instance)
    }

    /// Opens those stores, runs the body, and closes them, whatever it does.
    ///
    /// - Parameters:
    ///   - places: where they are.
    ///   - need: what must be there.
    ///   - body: what to do with them.
    /// - Returns: what the body returned.
    /// - Throws: what the body throws, or why the stores cannot be used.
    static func with<Value>(
        _ places: StorePlaces,
        needing need: TableNeed = .tables,
        body: (OpenStores) async throws -> Value
    ) async throws -> Value {
        let instance = InstanceID.make(host: ProcessInfo.processInfo.hostName, processID: getpid())
        let base = try await StoreConnections.open(places)
        do {
            try await base.prepare(need)
            let stores = OpenStores(
                drivers: base.drivers,
                instance: instance,
                places: base.names,
                alertSinks: places.alertSinks
            )
            let value = try await body(stores)
            await base.close()
            return value
        } catch {
            await base.close()
            throw error
        }
    }
}
