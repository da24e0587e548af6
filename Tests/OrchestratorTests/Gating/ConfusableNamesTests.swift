import Git
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Confusable names")
struct ConfusableNamesTests {
    @Test(
        "Reading only the folders on the way finds what comparing all paths finds",
        .timeLimit(.minutes(10)),
        arguments: SeededRandom.seeds(12)
    )
    func agreesWithAllPaths(seed: UInt64) throws {
        try withTemporaryFolder { folder in
            var random = SeededRandom(seed: seed)
            // Case, a composed and a decomposed letter, and names that only look alike.
            let names = ["a", "A", "b", "caf\u{e9}", "cafe\u{301}", "CAF\u{c9}", "cafe"]
            var paths: Set<[UInt8]> = []
            for _ in 0..<random.int(in: 1...14) {
                let folders = (0..<random.int(in: 0...2)).map { _ in random.pick(names) + "-" }
                paths.insert(Array((folders + [random.pick(names)]).joined(separator: "/").utf8))
            }
            let main = try TemporaryRepository(in: folder)
            // A String as a key would take equivalent spellings for one.
            for path in paths { try main.write("x", to: String(decoding: path, as: UTF8.self)) }
            let tip = try OID(hex: try main.commit("all", files: ["z": "z"]))
            let tree = try Repository(path: main.path).allEntries(of: tip).map(\.path.bytes)
            #expect(Set(tree) == paths.union([Array("z".utf8)]), "seed \(seed)")

            let added = tree.filter { _ in random.oneIn(2) }
            let changes = added.map { FileChange(path: $0, kind: .added, oldEntry: nil, newEntry: .file) }
            var confusable = ConfusableNames(tip: tip)
            let found = try confusable.among(changes, in: Repository(path: main.path))
            for path in added { #expect(found[path] == Self.expected(path, among: tree), "seed \(seed)") }
            #expect(found.count == added.filter { Self.expected($0, among: tree) != nil }.count, "seed \(seed)")
        }
    }

    /// The first other spelling of the longest part of the path that has one.
    private static func expected(_ path: [UInt8], among tree: [[UInt8]]) -> [UInt8]? {
        let all = Set(tree.flatMap(prefixes))
        for prefix in prefixes(path).reversed() {
            let others = all.filter { PathFolding.areConfusable($0, prefix) }
            if let other = others.min(by: { $0.lexicographicallyPrecedes($1) }) { return other }
        }
        return nil
    }

    private static func prefixes(_ path: [UInt8]) -> [[UInt8]] {
        path.indices.filter { path[$0] == UInt8(ascii: "/") }.map { Array(path[..<$0]) } + [path]
    }
}
