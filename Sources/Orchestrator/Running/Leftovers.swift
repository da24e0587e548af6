import ChildProcesses
import RunModel

/// What an earlier process of the same run left alive.
struct Leftovers {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    /// Ends every process that carries the run's identifier in its environment, and removes lock files they held.
    ///
    /// With a keeper no process is left; without one, or when an agent killed its keeper, this is what finds them.
    func settle() async throws {
        let marks = ProcessTable.owned(byEnvironment: "SWITCHYARD_RUN_ID", value: active.run.rawValue)
        if !marks.isEmpty {
            try active.note(
                Finding(
                    .note,
                    "processes-ended",
                    "\(marks.count) process(es) of the interrupted run were still alive and were ended."
                )
            )
            await ProcessTable.end(marks, grace: active.options.grace)
        }
        try await GitObstacles(active).clearAll()
    }
}
