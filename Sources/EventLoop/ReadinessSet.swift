import CLinux
import Glibc

/// The descriptors a loop waits for: an epoll instance with an eventfd that ends the wait from other threads.
final class ReadinessSet {
    typealias Handler = (ReadyEvents) -> Void

    private struct Watch {
        var generation: UInt32
        var events: ReadyEvents
        var handler: Handler
    }

    private let epoll: Int32
    private let wakeUp: Int32
    private var watches: [Int32: Watch] = [:]
    private var lastGeneration: UInt32 = 0
    private let ready: UnsafeMutablePointer<linux_readiness>

    /// No descriptor has this token: generations start at 1.
    private static let wakeUpToken: UInt64 = 0

    init() throws(EventLoopError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .system("epoll_create", on: "event loop", errorNumber: errno) }
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeUp >= 0 else {
            let number = errno
            close(epoll)
            throw .system("eventfd", on: "event loop", errorNumber: number)
        }
        ready = .allocate(capacity: Int(LINUX_READINESS_BATCH))
        // Edge triggered: every write reports once, and nobody has to read the counter back.
        let events = EPOLLIN.rawValue | linux_edge_triggered
        guard linux_epoll_control(epoll, EPOLL_CTL_ADD, wakeUp, events, Self.wakeUpToken) == 0 else {
            throw .system("epoll_ctl", on: "eventfd", errorNumber: errno)
        }
    }

    deinit {
        ready.deallocate()
        close(epoll)
        close(wakeUp)
    }

    var isEmpty: Bool { watches.isEmpty }

    /// The descriptor to write to from other threads; see ``wake(_:)``.
    var wakeUpDescriptor: Int32 { wakeUp }

    /// Ends a wait under way, or the next one; may be called from any thread.
    static func wake(_ descriptor: Int32) {
        var one: UInt64 = 1
        // The only failure is a full counter, and then the loop is awake.
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Watches a descriptor, or replaces what it was watched for.
    func watch(_ descriptor: Int32, _ events: ReadyEvents, _ handler: @escaping Handler) throws(EventLoopError) {
        lastGeneration = lastGeneration == .max ? 1 : lastGeneration + 1
        let token = UInt64(lastGeneration) << 32 | UInt64(UInt32(bitPattern: descriptor))
        var status = control(watches[descriptor] == nil ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, events, token)
        // The owner may have closed the descriptor and got the same number again: the kernel forgot the old one.
        if status == ENOENT { status = control(EPOLL_CTL_ADD, descriptor, events, token) }
        if status == EEXIST { status = control(EPOLL_CTL_MOD, descriptor, events, token) }
        guard status == 0 else {
            watches[descriptor] = nil
            throw .system("epoll_ctl", on: "descriptor \(descriptor)", errorNumber: status)
        }
        watches[descriptor] = Watch(generation: lastGeneration, events: events, handler: handler)
    }

    /// Stops watching; events that were already reported for it are dropped.
    func unwatch(_ descriptor: Int32) {
        guard watches.removeValue(forKey: descriptor) != nil else { return }
        // Fails without harm where the owner has closed it already.
        _ = linux_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0)
    }

    /// Waits, then calls the handlers of what is ready.
    ///
    /// - Parameters:
    ///   - timeoutInMilliseconds: 0 does not wait, -1 waits without a limit.
    ///   - woke: called once after the wait and before the handlers.
    func wait(timeoutInMilliseconds: Int32, woke: () -> Void) {
        let count = linux_epoll_wait(epoll, ready, timeoutInMilliseconds)
        woke()
        // A negative count is EINTR: the same as nothing ready.
        for index in 0..<max(0, Int(count)) {
            let (token, events) = (ready[index].token, ready[index].events)
            guard token != Self.wakeUpToken else { continue }
            let descriptor = Int32(bitPattern: UInt32(truncatingIfNeeded: token))
            // An earlier handler of this batch may have unwatched the descriptor, closed it and got its number anew.
            guard let watch = watches[descriptor], watch.generation == UInt32(token >> 32) else { continue }
            watch.handler(ReadyEvents(rawValue: events))
        }
    }

    /// Forgets every watch and tells its handler that the loop is gone.
    func hangUpAll() {
        let handlers = watches.sorted { $0.key < $1.key }
        for (descriptor, watch) in handlers {
            unwatch(descriptor)
            watch.handler(.hangUp)
        }
    }

    private func control(_ change: Int32, _ descriptor: Int32, _ events: ReadyEvents, _ token: UInt64) -> Int32 {
        linux_epoll_control(epoll, change, descriptor, events.rawValue, token) == 0 ? 0 : errno
    }
}
