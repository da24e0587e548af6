/// Where a Redis server listens.
package enum RedisEndpoint: Hashable, Sendable, CustomStringConvertible {
    /// A host name or numeric address, and a port.
    case tcp(host: String, port: Int)
    /// The absolute path of a unix socket, at most 107 bytes.
    case unix(path: String)

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}
