import Glibc

/// A non-blocking stream socket to a server; closed with its owner.
final class RedisSocket {
    enum Outcome {
        case done(Int)
        /// Nothing can be moved without waiting.
        case wouldBlock
        /// The other side closed the stream.
        case ended
        case failed(errorNumber: Int32)
    }

    let descriptor: Int32

    /// Starts a connection to a unix socket or a numeric address; it is up when the socket is writable and
    /// ``connectionError`` is 0.
    ///
    /// - Parameter endpoint: where to; a host must be numeric, because names would be looked up here and now.
    /// - Throws: the error number of the system call.
    init(connectingTo endpoint: RedisEndpoint) throws(SystemError) {
        switch endpoint {
        case .unix(let path): descriptor = try Self.connect(path: path)
        case .tcp(let host, let port): descriptor = try Self.connect(host: host, port: port)
        }
    }

    deinit {
        close(descriptor)
    }

    /// The error the connection attempt, or the connection, ended with; 0 for none.
    var connectionError: Int32 {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        while true {
            // Without the flag, writing to a closed connection would end the whole process by SIGPIPE.
            let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .done(count) }
            if errno == EINTR { continue }
            return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed(errorNumber: errno)
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .done(count) }
            if count == 0 { return .ended }
            if errno == EINTR { continue }
            return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed(errorNumber: errno)
        }
    }

    /// A failed system call; `text` is its meaning.
    struct SystemError: Error {
        let errorNumber: Int32

        var text: String { String(cString: strerror(errorNumber)) }
    }

    private static func makeSocket(_ family: Int32) throws(SystemError) -> Int32 {
        // Close-on-exec from the start: a child process started meanwhile must not hold the connection open.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { throw SystemError(errorNumber: errno) }
        return descriptor
    }

    private static func connect(path: String) throws(SystemError) -> Int32 {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemError(errorNumber: ENAMETOOLONG)
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = try makeSocket(AF_UNIX)
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let number = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { start(descriptor, $0, size) }
        }
        guard number == 0 else {
            close(descriptor)
            throw SystemError(errorNumber: number)
        }
        return descriptor
    }

    private static func connect(host: String, port: Int) throws(SystemError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0, let info = list?.pointee else {
            throw SystemError(errorNumber: EADDRNOTAVAIL)
        }
        defer { freeaddrinfo(list) }
        let descriptor = try makeSocket(info.ai_family)
        // Requests are collected per turn already: waiting for more to send would only add delay.
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        let number = start(descriptor, info.ai_addr, info.ai_addrlen)
        guard number == 0 else {
            close(descriptor)
            throw SystemError(errorNumber: number)
        }
        return descriptor
    }

    /// Starts connecting and returns 0 when that is done or under way.
    private static func start(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>?, _ size: socklen_t) -> Int32 {
        Glibc.connect(descriptor, address, size) == 0 || errno == EINPROGRESS ? 0 : errno
    }
}
