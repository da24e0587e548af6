/// All events the services log; `docs/metrics.md` is made from this table.
package enum TelemetryEvent {
    package static let cacheStoreAway = EventDefinition(
        "cache_store_away",
        .warning,
        "The shared cache store does not answer; values are computed or served from this process.",
        keys: ["code"]
    )
    package static let cacheBusLost = EventDefinition(
        "cache_bus_lost",
        .warning,
        "Invalidations of other processes may be missed; cached values live a few seconds only until they arrive again.",
        keys: ["code"]
    )
    package static let cacheBusBack = EventDefinition(
        "cache_bus_back",
        .info,
        "Invalidations of other processes arrive again."
    )
    package static let cacheLoadFailed = EventDefinition(
        "cache_load_failed",
        .warning,
        "A cached value could not be renewed; the stale one is served for a while.",
        keys: ["namespace"]
    )
    package static let limiterStoreAway = EventDefinition(
        "rate_limit_store_away",
        .warning,
        "The shared rate-limit store does not answer; this process decides by its policy.",
        keys: ["code", "policy"]
    )
    package static let limiterStoreBack = EventDefinition(
        "rate_limit_store_back",
        .info,
        "The shared rate-limit store answers again."
    )
    package static let pubSubGap = EventDefinition(
        "pubsub_gap",
        .warning,
        "Messages may have been missed.",
        keys: ["lost"]
    )
    package static let breakerChanged = EventDefinition(
        "breaker_changed",
        .warning,
        "A circuit breaker changed its state.",
        keys: ["breaker", "state", "reason"]
    )
    package static let childRestarted = EventDefinition(
        "child_restarted",
        .warning,
        "A supervised part ended and is started again.",
        keys: ["child"]
    )
    package static let supervisorEscalated = EventDefinition(
        "supervisor_escalated",
        .error,
        "Supervised parts ended too often; the supervisor gives up.",
        keys: ["restarts"]
    )
    package static let actorUnresolved = EventDefinition(
        "actor_unresolved",
        .warning,
        "No strategy found the owner of an external actor; it was recorded.",
        keys: ["source"]
    )

    package static let queueStoreAway = EventDefinition(
        "queue_store_away",
        .warning,
        "The queue's store cannot be used; the worker keeps what is finished and asks again.",
        keys: ["code"]
    )
    package static let queueLeaseLost = EventDefinition(
        "queue_lease_lost",
        .warning,
        "A worker could not renew its hold on its jobs; it cancelled its handlers and begins anew."
    )

    package static let all: [EventDefinition] = [
        cacheStoreAway, cacheBusLost, cacheBusBack, cacheLoadFailed, limiterStoreAway, limiterStoreBack, pubSubGap,
        breakerChanged, childRestarted, supervisorEscalated, actorUnresolved,
        queueStoreAway, queueLeaseLost,
    ]
}
