import CLibPQ

/// Where a database is and how to log in: a `postgres://` or `postgresql://` URL.
///
/// All parameters of libpq may stand in the query part, such as `sslmode`, `sslrootcert` and `target_session_attrs`;
/// several hosts are separated by commas. The password is neither part of ``description`` nor of any error.
package struct PostgresURL: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Parameters in libpq's terms, by name.
    let parameters: [String: String]

    /// Reads a URL.
    ///
    /// - Parameter text: the URL, with special characters percent-encoded.
    /// - Throws: `PostgresError` with code `invalid_url`.
    package init(_ text: String) throws(PostgresError) {
        guard ["postgres://", "postgresql://"].contains(where: text.hasPrefix) else {
            throw .invalidURL(why: "it does not begin with postgres:// or postgresql://")
        }
        guard !text.utf8.contains(0) else { throw .invalidURL(why: "it holds a NUL byte") }
        var failure: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &failure) else {
            // libpq quotes the URL, which may hold the password: its text stays here.
            PQfreemem(failure)
            throw .invalidURL(why: "its host, port, user, database or parameters are not well formed")
        }
        defer { PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { parameters[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        for port in parameters["port"]?.split(separator: ",") ?? [] {
            guard let number = Int(port), (1...65_535).contains(number) else {
                throw .invalidURL(why: "the port \"\(port)\" is not a number from 1 to 65535")
            }
        }
        self.parameters = parameters
    }

    private init(parameters: [String: String]) {
        self.parameters = parameters
    }

    /// The host, or the folder of the socket; several separated by commas.
    package var host: String { parameters["host"] ?? parameters["hostaddr"] ?? "local socket" }

    package var database: String? { parameters["dbname"] }

    package var user: String? { parameters["user"] }

    /// The same server and log-in with another database.
    package func withDatabase(_ name: String) -> PostgresURL {
        var parameters = parameters
        parameters["dbname"] = name
        return PostgresURL(parameters: parameters)
    }

    /// Host, port and database; fit for logs.
    package var description: String {
        let port = parameters["port"].map { ":\($0)" } ?? ""
        return "\(host)\(port)/\(database ?? user ?? "")"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: ["place": description]) }
}
