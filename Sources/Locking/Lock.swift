public import Glibc

/// Guards a value with a pthread mutex for short, synchronous access.
///
/// Stands in for `Synchronization.Mutex`, which the thread sanitizer does not understand on Linux: its runtime library
/// is not instrumented, so every use is reported as a race.
///
/// Public, and not visible to the package alone, because the compiler inlines nothing else into other modules.
///
/// The closure passed to ``withLock(_:)`` must neither block nor call back into the same lock.
public final class Lock<Value>: @unchecked Sendable {
    // Invariant that makes the unchecked conformance right: what `value` points to is only touched while `mutex` is held.
    @usableFromInline
    let mutex: UnsafeMutablePointer<pthread_mutex_t>
    // On the heap: a stored property of a class would be checked for overlapping accesses on every use, which the mutex
    // rules out already, at a cost above that of the mutex.
    @usableFromInline
    let value: UnsafeMutablePointer<Value>

    /// Guards the value, which nothing else refers to.
    public init(_ value: sending Value) {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        let status = pthread_mutex_init(mutex, nil)
        precondition(status == 0, "pthread_mutex_init fails only without memory")
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
    }

    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deinitialize(count: 1)
        mutex.deallocate()
    }

    /// Runs the closure with exclusive access to the value and returns its result.
    @inlinable
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}
