import Dispatch

/// A serial queue of its own for blocking git work, so that none runs on the cooperative pool.
///
/// Calls on one lane run one after the other, each with a handle that is opened inside; use several lanes to work in
/// parallel. A call that has begun runs to its end even when the waiting task is cancelled, because libgit2 cannot be
/// interrupted safely between two writes.
package final class GitLane: Sendable {
    private let queue: DispatchQueue

    /// Makes a lane; the name appears in debuggers only.
    package init(name: String = "git") {
        queue = DispatchQueue(label: "switchyard.git.\(name)")
    }

    /// Opens the repository at the path and runs the closure with it on the lane.
    package func run<Result: Sendable>(
        at path: String,
        _ body: @escaping @Sendable (borrowing Repository) throws(GitError) -> Result
    ) async throws(GitError) -> Result {
        try await run { () throws(GitError) -> Result in
            let repository = try Repository(path: path)
            return try body(repository)
        }
    }

    /// Runs blocking git work that opens its own handles on the lane.
    package func run<Result: Sendable>(
        _ body: @escaping @Sendable () throws(GitError) -> Result
    ) async throws(GitError) -> Result {
        let outcome: Swift.Result<Result, GitError> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(GitError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try outcome.get()
    }
}
