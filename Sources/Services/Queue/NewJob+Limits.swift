extension SizeLimits {
    /// Refuses a job whose names, payload or numbers are out of range.
    ///
    /// - Throws: `ServicesError` with the code `invalidRequest`.
    package func check(_ job: NewJob) throws(ServicesError) {
        try check(name: job.queue, what: "queue name")
        try check(name: job.kind, what: "job kind")
        if let key = job.uniqueKey { try check(name: key, what: "unique key") }
        if let key = job.concurrencyKey { try check(name: key, what: "concurrency key") }
        try check(payload: job.payload, what: "payload")
        guard (0...9).contains(job.priority) else {
            throw .outOfRange("priority", job.priority, allowed: "0 (most urgent) to 9")
        }
        guard (1...1_000_000).contains(job.maxAttempts) else {
            throw .outOfRange("number of attempts", job.maxAttempts, allowed: "1 to 1000000")
        }
        if let timeToLive = job.timeToLive, timeToLive <= .zero {
            throw .outOfRange("time to live", timeToLive, allowed: "more than zero")
        }
        if let window = job.uniqueWindow, window <= .zero {
            throw .outOfRange("unique window", window, allowed: "more than zero")
        }
    }
}

extension QueueLimits {
    /// Refuses limits that make no sense.
    ///
    /// - Throws: `ServicesError` with the code `invalidRequest`.
    package func check() throws(ServicesError) {
        if let running, running < 0 {
            throw .outOfRange("limit of running jobs", running, allowed: "0 or more")
        }
        guard runningPerKey >= 1 else {
            throw .outOfRange("limit of running jobs per key", runningPerKey, allowed: "1 or more")
        }
        if let ageingStep, ageingStep <= .zero {
            throw .outOfRange("ageing step", ageingStep, allowed: "more than zero")
        }
    }
}
