import Agents
import Foundation
import Locking
import RunModel
import Services
import TestSupport

/// A ledger in a folder of its own, with a clock that stands still.
struct TriageHarness: Sendable {
    let folder: TemporaryFolder
    let driver = MemoryLockDriver()
    var facts = RepositoryFacts()
    var time = Date(timeIntervalSince1970: 1_770_000_000)

    static let blocked = "docs/agent-output/blocked"

    init(_ folder: TemporaryFolder) { self.folder = folder }

    /// The step at which the work is cut off: thrown before it is done.
    struct Crash: Error {}

    func ledger(crashingBefore step: Int? = nil, counting count: Lock<Int>? = nil) -> LedgerStore {
        var options = LedgerStore.Options()
        // A crowded test machine may let minutes pass between two renewals.
        options.timeToLive = .seconds(3_600)
        options.wait = .seconds(3_600)
        let steps = count ?? Lock(0)
        options.beforeStep = { _ in
            let number = steps.withLock { number -> Int in
                number += 1
                return number
            }
            if number == step { throw Crash() }
        }
        return LedgerStore(
            locations: LedgerLocations(repository: folder.path),
            lock: LeaseLock(driver: driver),
            holder: "test-\(UUID().uuidString)",
            options: options
        )
    }

    @discardableResult
    func triage(crashingBefore step: Int? = nil, isDryRun: Bool = false) async throws -> TriageResult {
        let time = time
        let agent = BlockerTriageAgent(ledger: ledger(crashingBefore: step), now: { time })
        return try await agent.run(facts: facts, isDryRun: isDryRun)
    }

    func put(_ text: String, _ name: String) throws {
        try folder.write(text, to: Self.blocked + "/" + name)
    }

    func put(_ value: LedgerValue, _ name: String) throws {
        try folder.write(String(decoding: value.rendered(), as: UTF8.self), to: Self.blocked + "/" + name)
    }

    func setTickets(_ tickets: [LedgerValue]) throws {
        let document = LedgerDocument(["tickets": .list(tickets)])
        try folder.write(String(decoding: document.bytes, as: UTF8.self), to: "data/tickets.json")
    }

    func entries(_ file: LedgerFile) async throws -> [LedgerValue] {
        try await ledger().read { try $0.document(file).entries(in: file.list) }
    }

    func names(_ place: String) -> [String] { (try? folder.list(place)) ?? [] }

    var prompts: [String] { names("prompts/active") }
    var inbox: [String] { names("docs/agent-output/inbox") }
    var waiting: [String] { names(Self.blocked) }

    /// Every file but the reports, with its content.
    func tree() throws -> [String: String] {
        var tree: [String: String] = [:]
        let names = FileManager.default.enumerator(atPath: folder.path)
        while let name = names?.nextObject() as? String {
            guard !name.contains("triage-report"), names?.fileAttributes?[.type] as? FileAttributeType == .typeRegular
            else {
                continue
            }
            tree[name] = try folder.read(name)
        }
        return tree
    }
}
