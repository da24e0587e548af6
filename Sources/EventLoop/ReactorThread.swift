import Glibc

/// Which reactor, if any, the current thread belongs to.
enum ReactorThread {
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key, nil)
        precondition(status == 0, "a process has room for far more thread-specific keys than this one")
        return key
    }()

    static var current: ObjectIdentifier? {
        get {
            pthread_getspecific(key).map { ObjectIdentifier(Unmanaged<AnyObject>.fromOpaque($0).takeUnretainedValue()) }
        }
    }

    /// Marks the current thread; nil takes the mark away.
    static func enter(_ reactor: Reactor?) {
        pthread_setspecific(key, reactor.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) })
    }
}
