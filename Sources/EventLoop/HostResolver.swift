import Glibc

/// Turns host names into addresses without blocking the threads Swift's tasks share.
package struct HostResolver: Sendable {
    private let threads: HelperThreads

    /// - Parameter threads: where the blocking look-ups run.
    package init(threads: HelperThreads) {
        self.threads = threads
    }

    /// Numeric addresses of a host in the order the system prefers; a numeric address gives itself.
    ///
    /// - Throws: `EventLoopError` with code `host_not_found`, or `overloaded` when too many look-ups wait.
    package func addresses(of host: String) async throws -> [String] {
        try await threads.run { try Self.lookUp(host) }
    }

    private static func lookUp(_ host: String) throws(EventLoopError) -> [String] {
        // A C string ends at its first NUL: the rest would be ignored in silence.
        guard !host.isEmpty, !host.utf8.contains(0) else { throw .hostNotFound(host, why: "it is no host name") }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else { throw .hostNotFound(host, why: String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var entry = list
        while let current = entry {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let info = current.pointee
            if getnameinfo(info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
                let address = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                if !addresses.contains(address) { addresses.append(address) }
            }
            entry = info.ai_next
        }
        guard !addresses.isEmpty else { throw .hostNotFound(host, why: "the name servers know no address") }
        return addresses
    }
}
