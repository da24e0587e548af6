import Foundation

/// A Redis server's address with what is needed to log in.
///
/// Forms: `redis://[user[:password]@]host[:port][/database]`, `redis://:password@host`, and
/// `unix://[user[:password]@]/path/to/socket[?db=number]` (`redis+unix://` and `redis+socket://` mean the same). Parts
/// may be percent-encoded. `rediss://` is refused: hiredis 0.14 has no TLS.
package struct RedisURL: Hashable, Sendable {
    package let endpoint: RedisEndpoint
    /// The ACL user; nil is the server's default user.
    package let user: String?
    /// Sent with `AUTH`, and never in a description.
    package let password: String?
    /// Number of the database, 0 to 2,147,483,647.
    package let database: Int

    /// The port when the URL names none.
    package static let defaultPort = 6379
    /// The longest path a unix socket address holds; longer ones would be cut short without notice.
    package static let longestSocketPathInBytes = 107

    package init(endpoint: RedisEndpoint, user: String? = nil, password: String? = nil, database: Int = 0) {
        self.endpoint = endpoint
        self.user = user
        self.password = password
        self.database = database
    }

    /// Reads a URL.
    ///
    /// - Parameter text: the URL.
    /// - Throws: ``RedisError/Code/invalidURL`` or ``RedisError/Code/tlsUnsupported``; the message does not quote the URL,
    ///   which may hold a password.
    package init(_ text: String) throws(RedisError) {
        guard let separator = text.range(of: "://") else { throw .invalidURL("it has no scheme") }
        let rest = text[separator.upperBound...]
        switch text[..<separator.lowerBound].lowercased() {
        case "redis": self = try Self.network(rest)
        case "unix", "redis+unix", "redis+socket": self = try Self.socket(rest)
        case "rediss": throw .tlsUnsupported()
        default: throw .invalidURL("its scheme is neither redis nor unix")
        }
    }

    private static func network(_ rest: Substring) throws(RedisError) -> RedisURL {
        let (beforeQuery, query) = split(rest, at: "?")
        let (authority, path) = split(beforeQuery, at: "/")
        let login = try Login(authority)
        let (host, port) = try hostAndPort(login.rest)
        var database = 0
        if let path, !path.isEmpty { database = try databaseNumber(path) }
        database = try databaseParameter(query ?? "") ?? database
        return RedisURL(
            endpoint: .tcp(host: host, port: port),
            user: login.user,
            password: login.password,
            database: database
        )
    }

    private static func socket(_ rest: Substring) throws(RedisError) -> RedisURL {
        let (beforeQuery, query) = split(rest, at: "?")
        guard let slash = beforeQuery.firstIndex(of: "/") else {
            throw .invalidURL("the socket's path is not absolute")
        }
        let login = try Login(beforeQuery[..<slash])
        guard login.rest.isEmpty else { throw .invalidURL("the socket's path is not absolute") }
        let path = try decoded(beforeQuery[slash...])
        guard path.utf8.count > 1 else { throw .invalidURL("the socket has no path") }
        guard path.utf8.count <= longestSocketPathInBytes else {
            throw .invalidURL("the socket's path is longer than \(longestSocketPathInBytes) bytes")
        }
        guard !path.utf8.contains(0) else { throw .invalidURL("the socket's path holds a NUL byte") }
        return RedisURL(
            endpoint: .unix(path: path),
            user: login.user,
            password: login.password,
            database: try databaseParameter(query ?? "") ?? 0
        )
    }

    /// The part before the last `@`: user and password.
    private struct Login {
        var user: String?
        var password: String?
        var rest: Substring

        init(_ authority: Substring) throws(RedisError) {
            guard let at = authority.lastIndex(of: "@") else {
                rest = authority
                return
            }
            rest = authority[authority.index(after: at)...]
            let (name, secret) = split(authority[..<at], at: ":")
            user = name.isEmpty ? nil : try decoded(name)
            if let secret { password = try decoded(secret) }
            guard user == nil || password != nil else { throw .invalidURL("a user is given without a password") }
        }
    }

    private static func hostAndPort(_ text: Substring) throws(RedisError) -> (String, Int) {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw .invalidURL("the host's ']' is missing") }
            host = text[text.index(after: text.startIndex)..<end]
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw .invalidURL("the port is not after a ':'") }
            port = after.isEmpty ? nil : after.dropFirst()
        } else {
            (host, port) = split(text, at: ":")
        }
        let name = try decoded(host)
        guard !name.isEmpty else { throw .invalidURL("the host is missing") }
        guard !name.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else {
            throw .invalidURL("the host holds a blank or a control character")
        }
        guard let port, !port.isEmpty else { return (name, defaultPort) }
        guard let number = digits(port), (1...65_535).contains(number) else {
            throw .invalidURL("the port is not a number from 1 to 65535")
        }
        return (name, number)
    }

    private static func databaseParameter(_ query: Substring) throws(RedisError) -> Int? {
        var database: Int?
        for item in query.split(separator: "&") {
            let (name, value) = split(item, at: "=")
            guard name == "db" || name == "database" else {
                throw .invalidURL("it has a parameter other than 'db'")
            }
            database = try databaseNumber(value ?? "")
        }
        return database
    }

    private static func databaseNumber(_ text: Substring) throws(RedisError) -> Int {
        guard let number = digits(text), number <= Int(Int32.max) else {
            throw .invalidURL("the database is not a number")
        }
        return number
    }

    private static func digits(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func split(_ text: Substring, at character: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: character) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func decoded(_ text: Substring) throws(RedisError) -> String {
        guard let plain = String(text).removingPercentEncoding else {
            throw .invalidURL("a percent sign is not followed by the code of a character")
        }
        return plain
    }
}

extension RedisURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The address and the database, without user and password.
    package var description: String { database == 0 ? "\(endpoint)" : "\(endpoint) database \(database)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["endpoint": endpoint, "database": database]) }
}
