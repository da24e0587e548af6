import Locking
import Services
import TestSupport
import Testing

@Suite("Resolver chain")
struct ResolverChainTests {
    /// Knows what it is told, and remembers what it was asked.
    private final class Directory: OwnerDirectory {
        private let owners: [OwnerLookup: OwnerID]
        private let failing: OwnerLookup?
        private let asked = Lock<[OwnerLookup]>([])

        init(_ owners: [OwnerLookup: OwnerID], failing: OwnerLookup? = nil) {
            self.owners = owners
            self.failing = failing
        }

        var lookups: [OwnerLookup] { asked.withLock { $0 } }

        func owner(_ lookup: OwnerLookup) async throws(ServicesError) -> OwnerID? {
            asked.withLock { $0.append(lookup) }
            if lookup == failing { throw .unavailable("directory", why: "test") }
            return owners[lookup]
        }
    }

    private struct AwayRecords: ResolutionDriver {
        func record(_ resolution: Resolution) async throws(ServicesError) {
            throw .unavailable("records", why: "test")
        }

        func unresolved(limit: Int) async throws(ServicesError) -> [Resolution] { [] }
    }

    private struct AwayAlerts: AlertDriver {
        func raise(_ alert: NewAlert) async throws(ServicesError) -> Alert { throw .unavailable("alerts", why: "test") }
        func alerts(includingAcknowledged: Bool, limit: Int) async throws(ServicesError) -> [Alert] { [] }
        func acknowledge(_ id: Int64, by person: String) async throws(ServicesError) -> Alert? { nil }
        func prune(olderThan age: Duration, limit: Int) async throws(ServicesError) -> Int { 0 }
    }

    private let records = MemoryResolutionDriver()
    private let alerts = MemoryAlertDriver()
    private let actor = ExternalActor(
        source: "github",
        externalID: "17",
        userName: " ada ",
        email: "Ada@Example.org",
        url: "https://github.com/acme/tool/pull/1"
    )
    private let lookups: [OwnerLookup] = [
        .externalID(source: "github", id: "17"), .integrationUserName(source: "github", "ada"), .profileUserName("ada"),
        .profileEmail("ada@example.org"), .accountEmail("ada@example.org"),
        .url("https://github.com/acme/tool/pull/1"),
    ]

    private func chain(
        _ directory: Directory,
        _ options: ResolverChain.Options = ResolverChain.Options()
    ) -> ResolverChain {
        ResolverChain(directory: directory, records: records, alerts: alerts, options: options)
    }

    @Test("The first strategy that matches wins, and is recorded", arguments: 0..<6)
    func firstMatch(place: Int) async throws {
        var owners: [OwnerLookup: OwnerID] = [:]
        for (index, lookup) in lookups.enumerated() where index >= place { owners[lookup] = OwnerID("owner \(index)") }
        let directory = Directory(owners)
        let resolution = try await chain(directory).resolve(actor)
        #expect(resolution.owner == OwnerID("owner \(place)"))
        #expect(resolution.strategy == ResolutionStrategy.standard[place])
        #expect(resolution.tried == Array(ResolutionStrategy.standard.prefix(place + 1)))
        #expect(directory.lookups == Array(lookups.prefix(place + 1)), "nothing is asked after the match")
        #expect(records.unresolved(limit: 10) == [])
        #expect(alerts.alerts(includingAcknowledged: true, limit: 10).isEmpty)
    }

    @Test("Nobody found is a record and one alert, however often it happens")
    func unresolved() async throws {
        for _ in 0..<3 {
            let resolution = try await chain(Directory([:])).resolve(actor)
            #expect(!resolution.isResolved && resolution.tried == ResolutionStrategy.standard)
        }
        #expect(records.unresolved(limit: 10).count == 3)
        let raised = alerts.alerts(includingAcknowledged: false, limit: 10)
        #expect(raised.map(\.count) == [3])
        #expect(raised.first?.text == "Nobody owns the actor '17' of github")
    }

    @Test("What the actor lacks is not asked for")
    func missingParts() async throws {
        let directory = Directory([:])
        let bare = ExternalActor(source: "mail", externalID: "  ", userName: "", email: "x@y.z")
        let resolution = try await chain(directory).resolve(bare)
        #expect(resolution.tried == [.profileEmail, .accountEmail])
        let nobody = try await chain(directory).resolve(ExternalActor(source: "mail"))
        #expect(nobody.tried == [] && records.unresolved(limit: 10).count == 2)
    }

    @Test("A directory that is away ends the search: a vaguer strategy must not name somebody else")
    func directoryAway() async throws {
        let directory = Directory([lookups[4]: OwnerID("wrong")], failing: lookups[1])
        let resolution = try await chain(directory).resolve(actor)
        #expect(resolution.owner == nil && resolution.failure != nil)
        #expect(resolution.tried == [.externalID, .integrationUserName])
        #expect(records.unresolved(limit: 1).first == resolution)
        #expect(alerts.alerts(includingAcknowledged: false, limit: 10).count == 1)
    }

    @Test("The order of the options holds")
    func order() async throws {
        var options = ResolverChain.Options()
        options.strategies = [.accountEmail, .externalID]
        let directory = Directory([lookups[0]: OwnerID("a"), lookups[4]: OwnerID("b")])
        #expect(try await chain(directory, options).resolve(actor).owner == OwnerID("b"))
    }

    @Test("When it can be neither recorded nor alerted, the caller must try again")
    func nothingStored() async throws {
        let chain = ResolverChain(directory: Directory([:]), records: AwayRecords(), alerts: AwayAlerts())
        let error = await #expect(throws: ServicesError.self) { try await chain.resolve(actor) }
        #expect(error?.code == .storeUnavailable)
    }

    @Test("When only the record is lost, the alert says so and is critical")
    func recordLost() async throws {
        let chain = ResolverChain(directory: Directory([:]), records: AwayRecords(), alerts: alerts)
        #expect(try await chain.resolve(actor).owner == nil)
        let raised = try #require(alerts.alerts(includingAcknowledged: false, limit: 1).first)
        #expect(raised.severity == .critical && raised.text.contains("could not be recorded"))
    }

    @Test("Rules on addresses match whole addresses, stars any text")
    func urlRules() {
        let rules = URLRules([
            URLRules.Rule(pattern: "https://a.example/*", owner: OwnerID("a")),
            URLRules.Rule(pattern: "https://*.b.example/*/issues/*", owner: OwnerID("b")),
            URLRules.Rule(pattern: "https://c.example/", owner: OwnerID("c")),
            URLRules.Rule(pattern: "*x*x", owner: OwnerID("x")),
        ])
        let cases: [(String, String?)] = [
            ("https://a.example/", "a"), ("https://a.example/p/q", "a"), ("https://a.example.evil/", nil),
            ("https://t.b.example/p/issues/1", "b"), ("https://t.b.example/p/pulls/1", nil),
            ("https://c.example/", "c"), ("https://c.example/p", nil), ("x", nil), ("xx", "x"), ("axbx", "x"),
            ("", nil),
        ]
        for (url, owner) in cases { #expect(rules.owner(of: url)?.rawValue == owner, "\(url)") }
    }
}
