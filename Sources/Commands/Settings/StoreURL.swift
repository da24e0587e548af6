/// Where a store is: a URL, or a path of an SQLite file.
///
/// Its description hides the password, so that settings and errors can be shown.
struct StoreURL: Sendable, Hashable, CustomStringConvertible {
    enum Kind: Sendable, Hashable {
        case sqlite(path: String)
        case postgres
        case redis
    }

    let text: String
    let kind: Kind

    /// Reads `postgres://...`, `postgresql://...`, `redis://...`, `unix://...`, `sqlite:///path` or an absolute path.
    ///
    /// `nil` for anything else.
    init?(_ text: String) {
        self.text = text
        let scheme = text.prefix { $0 != ":" }.lowercased()
        switch scheme {
        case "postgres", "postgresql": kind = .postgres
        case "redis", "rediss", "unix": kind = .redis
        case "sqlite":
            var path = text.dropFirst("sqlite:".count)
            if path.hasPrefix("//") { path = path.dropFirst(2) }
            guard path.hasPrefix("/"), path.count > 1 else { return nil }
            kind = .sqlite(path: String(path))
        default:
            guard text.hasPrefix("/"), text.count > 1 else { return nil }
            kind = .sqlite(path: text)
        }
    }

    /// The URL with `***` in place of a password.
    var description: String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var shown = text[..<scheme.upperBound] + ""
        if let at = authority.lastIndex(of: "@") {
            let user = authority[..<at].prefix { $0 != ":" }
            shown += user.count == authority[..<at].count ? authority : user + ":***" + authority[at...]
        } else {
            shown += authority
        }
        return shown + Self.hidingPassword(rest[authority.endIndex...])
    }

    /// A password may stand among the parameters, too.
    private static func hidingPassword(_ tail: Substring) -> String {
        guard let question = tail.firstIndex(of: "?") else { return String(tail) }
        let parameters = tail[tail.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false)
        let hidden = parameters.map { parameter in
            parameter.lowercased().hasPrefix("password=") || parameter.lowercased().hasPrefix("sslpassword=")
                ? parameter.prefix { $0 != "=" } + "=***" : parameter
        }
        return tail[...question] + hidden.joined(separator: "&")
    }
}
