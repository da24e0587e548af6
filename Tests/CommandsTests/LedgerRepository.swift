import Foundation
import Locking
import RunModel
import TestSupport

/// A repository with a ledger, and the tool on it with a clock that the test sets.
struct LedgerRepository {
    final class Calendar: Sendable {
        private let time = Lock(Date(timeIntervalSince1970: 1_795_251_600))

        var now: Date { time.withLock { $0 } }

        /// Sets the clock to an ISO 8601 time; a text that is none is a mistake of the test and changes nothing.
        func set(_ text: String) {
            guard let date = try? Date(text, strategy: .iso8601) else { return }
            time.withLock { $0 = date }
        }
    }

    let repository: TemporaryRepository
    let clock = Calendar()
    private var harness: CommandHarness

    /// Commits the files on `main`.
    init(in folder: TemporaryFolder, files: [String: String]) throws {
        repository = try TemporaryRepository(in: folder)
        let always = ["README.md": "# Scratch\n", ".gitignore": ".switchyard/\n"]
        try repository.commit("first", files: files.merging(always) { own, _ in own })
        harness = CommandHarness(in: repository.path, environment: repository.gitFixture.environment)
        harness.programPath = try BuiltProduct.switchyard()
        harness.now = { [clock] in clock.now }
    }

    func run(_ arguments: String...) async -> CommandHarness.Result { await run(arguments) }

    func run(_ arguments: [String]) async -> CommandHarness.Result { await harness.run(arguments) }

    /// Names of the plain files in a folder of the repository, sorted; none when it is missing.
    func names(_ folder: String) throws -> [String] {
        let path = repository.path + "/" + folder
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    /// Entries of a data file, by its name without the ending.
    func entries(_ name: String) throws -> [LedgerValue] {
        let lists = ["decisions": "threads", "requeue": "entries"]
        let document = try LedgerDocument(parsing: Array(repository.read("data/\(name).json").utf8))
        return document.entries(in: lists[name] ?? name)
    }

    func state(of ticket: String) throws -> String? {
        try entries("tickets").first { $0["id"]?.text == ticket }?["status"]?.text
    }

    /// All data files as they are.
    func data() throws -> [String: String] {
        var texts: [String: String] = [:]
        for name in try names("data") { texts[name] = try repository.read("data/\(name)") }
        return texts
    }
}
