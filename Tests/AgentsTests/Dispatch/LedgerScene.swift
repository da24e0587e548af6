import Agents
import Foundation
import RunModel
import Services
import TestSupport

/// A ledger in a folder of its own, with a clock that a test moves.
struct LedgerScene {
    let folder: TemporaryFolder
    let store: LedgerStore
    var now = Date(timeIntervalSince1970: 1_795_251_600)

    init(
        _ folder: TemporaryFolder,
        driver: MemoryLockDriver = MemoryLockDriver(),
        options: LedgerStore.Options = .init()
    ) {
        self.folder = folder
        store = LedgerStore(
            locations: LedgerLocations(repository: folder.path),
            lock: LeaseLock(driver: driver),
            holder: "test-\(UUID().uuidString)",
            options: options
        )
    }

    func write(_ value: LedgerValue, to file: LedgerFile) throws {
        let document = LedgerDocument(.object([(file.list, value)]))
        try folder.write(String(decoding: document.bytes, as: UTF8.self), to: "data/\(file.rawValue)")
    }

    func entries(_ file: LedgerFile) async throws -> [LedgerValue] {
        try await store.read { try $0.document(file).entries(in: file.list) }
    }

    func agent(
        landed: [TicketID: String] = [:],
        answerer: (any ThreadAnswering)? = nil,
        steps: Set<DispatchStep> = Set(DispatchStep.allCases),
        isDryRun: Bool = false,
        gitFacts: (@Sendable () async throws -> RepositoryFacts)? = nil
    ) -> DispatchAgent {
        var options = DispatchAgent.Options()
        options.steps = steps
        options.isDryRun = isDryRun
        let now = now
        return DispatchAgent(
            ledger: store,
            session: "test",
            surroundings: DispatchAgent.Surroundings(
                gitFacts: gitFacts ?? {
                    RepositoryFacts(landed: landed.mapValues { .init(commit: $0, subject: "feat: tool") })
                },
                answerer: answerer,
                isFile: { $0.hasPrefix("src/") },
                systemFacts: { SystemFacts(freeBytes: 100 << 30) },
                now: { now }
            ),
            options: options
        )
    }

    static func thread(_ id: String, _ messages: [(String, String)] = [], status: String = "pending") -> LedgerValue {
        let values = messages.enumerated().map { index, message -> LedgerValue in
            [
                "role": .text(message.0), "text": .text(message.1),
                "timestamp": .text(LedgerStamp.text(Date(timeIntervalSince1970: 1_795_000_000 + Double(index)))),
            ]
        }
        return ["finding_id": .text(id), "status": .text(status), "messages": .list(values), "decision": .null]
    }

    static func finding(
        _ id: String,
        title: String = "Uploads are kept forever",
        issue: String = "Old uploads in src/uploads.ts are never deleted, so the disk fills up over the months.",
        fix: String = "Delete uploads after 30 days in `src/uploads.ts`. Log how many were deleted.",
        severity: String = "medium"
    ) -> LedgerValue {
        [
            "id": .text(id), "title": .text(title), "severity": .text(severity), "feature": "Uploads",
            "location": "src/uploads.ts",
            "issue": .text(issue), "suggested_fix": .text(fix), "status": "pending", "ticket_id": .null,
        ]
    }

    static func ticket(
        _ id: String,
        status: String = "ready",
        title: String = "Something else entirely",
        source: String = "Audit"
    ) -> LedgerValue {
        [
            "id": .text(id), "title": .text(title), "status": .text(status), "source": .text(source),
            "issue": "An issue.",
            "files_to_modify": ["src/other.ts"], "fix_required": ["Do the one thing"],
            "acceptance_criteria": ["It holds"],
        ]
    }
}
