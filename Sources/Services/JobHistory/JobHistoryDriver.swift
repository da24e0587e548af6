/// Stores the runs of scheduled jobs: one backend of ``JobHistory``.
package protocol JobHistoryDriver: Sendable {
    /// Records the start; the store gives id and time.
    func begin(_ job: String, instance: InstanceID, token: FencingToken?) async throws(ServicesError) -> JobRun

    /// Records the end once; `false` when it was recorded before.
    func end(_ id: Int64, result: JobRun.Result, error: String?) async throws(ServicesError) -> Bool

    /// Newest first, before the given id; of one job when named.
    func runs(of job: String?, before id: Int64?, limit: Int) async throws(ServicesError) -> [JobRun]

    /// Deletes runs that started longer ago than `age`, at most `limit`, oldest first.
    ///
    /// - Returns: how many.
    func prune(olderThan age: Duration, limit: Int) async throws(ServicesError) -> Int
}
