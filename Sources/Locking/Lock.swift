import Glibc

/// Guards a value with a pthread mutex for short, synchronous access.
///
/// Stands in for `Synchronization.Mutex`, which the thread sanitizer does not understand on Linux: its runtime library
/// is not instrumented, so every use is reported as a race.
///
/// The closure passed to ``withLock(_:)`` must neither block nor call back into the same lock.
package final class Lock<Value>: @unchecked Sendable {
    // Invariant that makes the unchecked conformance right: `value` is only touched while `mutex` is held.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    package init(_ value: sending Value) {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        let status = pthread_mutex_init(mutex, nil)
        precondition(status == 0, "pthread_mutex_init fails only without memory")
        self.value = value
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deinitialize(count: 1)
        mutex.deallocate()
    }

    /// Runs the closure with exclusive access to the value and returns its result.
    package func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
