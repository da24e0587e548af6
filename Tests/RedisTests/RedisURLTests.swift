import Testing

@testable import Redis

@Suite("URL")
struct RedisURLTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let text: String
        let url: RedisURL

        var testDescription: String { text }
    }

    static let good = [
        Example(text: "redis://localhost", url: RedisURL(endpoint: .tcp(host: "localhost", port: 6379))),
        Example(text: "redis://h:1/", url: RedisURL(endpoint: .tcp(host: "h", port: 1))),
        Example(text: "REDIS://h:65535/3", url: RedisURL(endpoint: .tcp(host: "h", port: 65_535), database: 3)),
        Example(text: "redis://h?db=7", url: RedisURL(endpoint: .tcp(host: "h", port: 6379), database: 7)),
        Example(text: "redis://[::1]:7", url: RedisURL(endpoint: .tcp(host: "::1", port: 7))),
        Example(text: "redis://[fe80::1]", url: RedisURL(endpoint: .tcp(host: "fe80::1", port: 6379))),
        Example(
            text: "redis://:p%40ss%2F@h/2",
            url: RedisURL(endpoint: .tcp(host: "h", port: 6379), password: "p@ss/", database: 2)
        ),
        Example(
            text: "redis://user:a:b@h",
            url: RedisURL(endpoint: .tcp(host: "h", port: 6379), user: "user", password: "a:b")
        ),
        Example(text: "unix:///tmp/a.sock", url: RedisURL(endpoint: .unix(path: "/tmp/a.sock"))),
        Example(
            text: "redis+socket://u:p@/run/my%20redis?db=4",
            url: RedisURL(endpoint: .unix(path: "/run/my redis"), user: "u", password: "p", database: 4)
        ),
    ]

    @Test("Every documented form is read", arguments: good)
    func reading(_ example: Example) throws {
        #expect(try RedisURL(example.text) == example.url)
    }

    @Test(
        "Everything else is refused, without quoting it",
        arguments: [
            "", "secret", "redis:secret", "http://secret", "redis://", "redis://:secret@", "redis://secret:0",
            "redis://secret:65536", "redis://secret:x", "redis://secret:+1", "redis://secret/x", "redis://secret/-1",
            "redis://secret/99999999999", "redis://secret?x=1", "redis://secret?db=", "redis://secret@host",
            "redis://[secret", "redis://[::1]secret", "redis://secret%zz", "redis://sec%20ret", "redis://sec%00ret",
            "unix://secret", "unix://secret/path", "unix:///", "unix:///\(String(repeating: "x", count: 107))",
            "unix:///secret%00",
        ]
    )
    func refusing(_ text: String) throws {
        let error = try #require(throws: RedisError.self) { _ = try RedisURL(text) }
        #expect(error.code == .invalidURL)
        #expect(!"\(error.message) \(error.hint ?? "")".contains("secret"))
    }

    @Test("TLS is refused with a way out")
    func tls() throws {
        let error = try #require(throws: RedisError.self) { _ = try RedisURL("rediss://h") }
        #expect(error.code == .tlsUnsupported)
        #expect(error.hint?.contains("stunnel") == true)
    }

    @Test("A described URL shows neither user nor password")
    func description() throws {
        let url = try RedisURL("redis://hidden:secret@h:1/2")
        #expect("\(url)" == "h:1 database 2")
        var dumped = ""
        dump(url, to: &dumped)
        for text in [String(reflecting: url), dumped] {
            #expect(!text.contains("secret"))
            #expect(!text.contains("hidden"))
        }
    }

    @Test("A described command shows its name and size only")
    func command() {
        let command = RedisCommand("SET", "secret-key", "secret-value")
        var dumped = ""
        dump(command, to: &dumped)
        #expect(!"\(command) \(String(reflecting: command)) \(dumped)".contains("secret"))
        #expect("\(command)".hasPrefix("SET ("))
    }
}
