import Foundation

/// Runs blocking work on a thread of its own, away from those that tasks share.
///
/// There are as many of these as cores; a test that blocks one keeps all others waiting, and then their sleeps and time
/// limits tell of it, and not of what they test.
package func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: work)) }
    }
}
