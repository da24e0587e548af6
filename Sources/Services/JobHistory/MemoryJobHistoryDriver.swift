import Locking

/// Runs of scheduled jobs that live and die with this process.
package final class MemoryJobHistoryDriver: JobHistoryDriver {
    private struct State {
        /// By id, and so by start.
        var runs: [JobRun] = []
        var lastID: Int64 = 0
    }

    private let state = Lock(State())
    private let clock: StoreClock

    package init(clock: StoreClock = .system) {
        self.clock = clock
    }

    package func begin(_ job: String, instance: InstanceID, token: FencingToken?) -> JobRun {
        state.withLock { state in
            state.lastID += 1
            let run = JobRun(id: state.lastID, job: job, instance: instance, startedAt: clock.now, token: token)
            state.runs.append(run)
            return run
        }
    }

    package func end(_ id: Int64, result: JobRun.Result, error: String?) -> Bool {
        state.withLock { state in
            guard let index = state.runs.lastIndex(where: { $0.id == id }), state.runs[index].endedAt == nil else {
                return false
            }
            state.runs[index].endedAt = clock.now
            state.runs[index].result = result
            state.runs[index].error = error
            return true
        }
    }

    package func runs(of job: String?, before id: Int64?, limit: Int) -> [JobRun] {
        let job = job.map(ExactName.init)
        return state.withLock { state in
            let found = state.runs.reversed().lazy.filter { run in
                (id.map { run.id < $0 } ?? true) && (job.map { ExactName(run.job) == $0 } ?? true)
            }
            return Array(found.prefix(max(0, limit)))
        }
    }

    package func prune(olderThan age: Duration, limit: Int) -> Int {
        state.withLock { state in
            let count = state.runs.prefix(max(0, limit)).prefix { $0.startedAt + age < clock.now }.count
            state.runs.removeFirst(count)
            return count
        }
    }
}
