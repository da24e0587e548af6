/// All numbers the services report; `docs/metrics.md` is made from this table.
package enum Metric {
    package static let cacheHits = MetricDefinition(
        "switchyard_cache_hits_total",
        .counter,
        "Values served without computing them, by the layer that had them.",
        labels: ["namespace", "layer"]
    )
    package static let cacheMisses = MetricDefinition(
        "switchyard_cache_misses_total",
        .counter,
        "Values that no layer had.",
        labels: ["namespace"]
    )
    package static let cacheStaleServed = MetricDefinition(
        "switchyard_cache_stale_served_total",
        .counter,
        "Stale values served while they are renewed, or because they could not be.",
        labels: ["namespace"]
    )
    package static let cacheLoads = MetricDefinition(
        "switchyard_cache_loads_total",
        .counter,
        "Values computed, by result: ok, absent, failed or cancelled.",
        labels: ["namespace", "result"]
    )
    package static let cacheLoadSeconds = MetricDefinition(
        "switchyard_cache_load_seconds",
        .histogram,
        "Time to compute a value.",
        labels: ["namespace"]
    )
    package static let cacheInvalidations = MetricDefinition(
        "switchyard_cache_invalidations_total",
        .counter,
        "Invalidations applied, by where they came from: local or remote.",
        labels: ["origin"]
    )
    package static let cacheFlushes = MetricDefinition(
        "switchyard_cache_flushes_total",
        .counter,
        "Times this process forgot all its cached values because invalidations may have been missed."
    )
    package static let cacheStoreFailures = MetricDefinition(
        "switchyard_cache_store_failures_total",
        .counter,
        "Requests the shared cache store did not answer.",
        labels: ["code"]
    )
    package static let cacheEvictions = MetricDefinition(
        "switchyard_cache_evictions_total",
        .counter,
        "Values that left this process's memory for want of room."
    )
    package static let cacheEntries = MetricDefinition(
        "switchyard_cache_entries",
        .gauge,
        "Values in this process's memory."
    )
    package static let limiterDecisions = MetricDefinition(
        "switchyard_rate_limit_decisions_total",
        .counter,
        "Decisions, by result (allowed, denied) and by who made them: store, deny_cache, local or policy.",
        labels: ["result", "source"]
    )
    package static let limiterStoreFailures = MetricDefinition(
        "switchyard_rate_limit_store_failures_total",
        .counter,
        "Requests the shared rate-limit store did not answer in time.",
        labels: ["code"]
    )
    package static let pubSubPublished = MetricDefinition(
        "switchyard_pubsub_published_total",
        .counter,
        "Messages published by this process."
    )
    package static let pubSubLost = MetricDefinition(
        "switchyard_pubsub_lost_total",
        .counter,
        "Messages dropped because a reader in this process was slow."
    )
    package static let pubSubGaps = MetricDefinition(
        "switchyard_pubsub_gaps_total",
        .counter,
        "Times messages may have been missed because the carrier was away."
    )
    package static let breakerTransitions = MetricDefinition(
        "switchyard_breaker_transitions_total",
        .counter,
        "Changes of a circuit breaker's state.",
        labels: ["breaker", "state"]
    )
    package static let breakerRejections = MetricDefinition(
        "switchyard_breaker_rejections_total",
        .counter,
        "Calls refused because a circuit breaker was open.",
        labels: ["breaker"]
    )
    package static let retries = MetricDefinition(
        "switchyard_retries_total",
        .counter,
        "Second and later tries, by what was tried and what came of it: again, exhausted or over_budget.",
        labels: ["operation", "result"]
    )
    package static let supervisorRestarts = MetricDefinition(
        "switchyard_supervisor_restarts_total",
        .counter,
        "Children started again after they ended.",
        labels: ["child"]
    )
    package static let supervisorEscalations = MetricDefinition(
        "switchyard_supervisor_escalations_total",
        .counter,
        "Times the restart budget was used up."
    )
    package static let healthStatus = MetricDefinition(
        "switchyard_health_status",
        .gauge,
        "Health per component: 0 ready, 1 degraded, 2 failing.",
        labels: ["component"]
    )
    package static let storeLatencySeconds = MetricDefinition(
        "switchyard_store_latency_seconds",
        .histogram,
        "Time a store took to answer the health check.",
        labels: ["component"]
    )
    package static let resolutions = MetricDefinition(
        "switchyard_resolutions_total",
        .counter,
        "External actors looked up, by the strategy that found the owner, or none.",
        labels: ["strategy"]
    )

    package static let queueClaimed = MetricDefinition(
        "switchyard_queue_claimed_total",
        .counter,
        "Jobs handed out to workers of this process."
    )
    package static let queueSettled = MetricDefinition(
        "switchyard_queue_settled_total",
        .counter,
        "Jobs this process ended, by how: completed, failed, snoozed, cancelled or undecodable.",
        labels: ["ending"]
    )
    package static let queueStale = MetricDefinition(
        "switchyard_queue_stale_total",
        .counter,
        "Endings the store refused because the job had gone elsewhere: work that may have been done twice."
    )
    package static let queueStoreFailures = MetricDefinition(
        "switchyard_queue_store_failures_total",
        .counter,
        "Requests of workers that the queue's store did not answer.",
        labels: ["code"]
    )
    package static let queueLeasesLost = MetricDefinition(
        "switchyard_queue_leases_lost_total",
        .counter,
        "Times a worker could not renew its hold, cancelled its handlers and began anew."
    )
    package static let all: [MetricDefinition] = [
        cacheHits, cacheMisses, cacheStaleServed, cacheLoads, cacheLoadSeconds, cacheInvalidations, cacheFlushes,
        cacheStoreFailures, cacheEvictions, cacheEntries, limiterDecisions, limiterStoreFailures, pubSubPublished,
        pubSubLost, pubSubGaps, breakerTransitions, breakerRejections, retries, supervisorRestarts,
        supervisorEscalations, healthStatus, storeLatencySeconds, resolutions,
        queueClaimed, queueSettled, queueStale, queueStoreFailures, queueLeasesLost,
    ]
}
