import Locking

/// What a namespace's callers got since the cache was made.
package struct CacheStatistics: Hashable, Sendable {
    /// Served from this process's memory.
    package var memoryHits = 0
    /// Served from the shared store.
    package var storeHits = 0
    /// Nobody had it.
    package var misses = 0
    /// Of the hits: how many were stale.
    package var staleServed = 0
    package var loads = 0
    package var failedLoads = 0
    /// Loads nobody waited for any more.
    package var cancelledLoads = 0
    /// Callers who shared somebody else's load in this process.
    package var sharedLoads = 0
    /// Requests the shared store did not answer.
    package var storeFailures = 0

    static func - (new: CacheStatistics, old: CacheStatistics) -> CacheStatistics {
        var difference = CacheStatistics()
        for path in paths { difference[keyPath: path] = new[keyPath: path] - old[keyPath: path] }
        return difference
    }

    private static var paths: [WritableKeyPath<CacheStatistics, Int>] {
        [
            \.memoryHits, \.storeHits, \.misses, \.staleServed, \.loads, \.failedLoads, \.cancelledLoads, \.sharedLoads,
            \.storeFailures,
        ]
    }
}

/// A namespace as the cache keeps it.
final class CacheNamespaceState: Sendable {
    private struct Counts {
        var statistics = CacheStatistics()
        var reported = CacheStatistics()
    }

    let label: String
    let namespace: CacheNamespace
    private let counts = Lock(Counts())

    init(label: String, namespace: CacheNamespace) {
        self.label = label
        self.namespace = namespace
    }

    var statistics: CacheStatistics { counts.withLock { $0.statistics } }

    func count(_ change: (inout CacheStatistics) -> Void) { counts.withLock { change(&$0.statistics) } }

    /// Hits are counted here and told from time to time: a metric for each would cost as much as the hit.
    func report(to telemetry: Telemetry) {
        let new = counts.withLock { counts in
            defer { counts.reported = counts.statistics }
            return counts.statistics - counts.reported
        }
        func add(_ metric: MetricDefinition, _ labels: [String], _ amount: Int) {
            guard amount > 0 else { return }
            switch labels.count {
            case 0: telemetry.count(metric, label, by: amount)
            default: telemetry.count(metric, label, labels[0], by: amount)
            }
        }
        add(Metric.cacheHits, ["memory"], new.memoryHits)
        add(Metric.cacheHits, ["store"], new.storeHits)
        add(Metric.cacheMisses, [], new.misses)
        add(Metric.cacheStaleServed, [], new.staleServed)
        add(Metric.cacheLoads, ["ok"], new.loads - new.failedLoads - new.cancelledLoads)
        add(Metric.cacheLoads, ["failed"], new.failedLoads)
        add(Metric.cacheLoads, ["cancelled"], new.cancelledLoads)
    }
}
