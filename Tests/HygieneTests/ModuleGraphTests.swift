import Foundation
import TestSupport
import Testing

@Suite("Module graph")
struct ModuleGraphTests {
    /// What `docs/modules.md` lets each module import.
    private let allowed: [String: Set<String>]

    init() throws {
        let page = try #require(SourceTree.file("docs/modules.md"))
        var table: [(module: String, row: Substring)] = []
        for line in page.lines {
            let cells = line.split(separator: "|").map(\.trimmed)
            guard let match = cells.first?.wholeMatch(of: /`(\w+)`/) else { continue }
            table.append((String(match.1), line.split(separator: "|").last ?? ""))
        }
        var rules: [String: Set<String>] = [:]
        for (module, row) in table {
            var names = Set(row.matches(of: /`(\w+)`/).map { String($0.1) }.filter { $0 != module })
            // "all of the above": every row so far, and what those rows may import.
            if row.contains("all of the above") { names.formUnion(rules.keys.filter { $0 != module }) }
            if row.contains("all of the above") { names.formUnion(rules.values.flatMap { $0 }) }
            rules[module] = names
        }
        allowed = rules
    }

    @Test("The table has a row for every module, and no row too many")
    func tableIsComplete() throws {
        let folders = Set(
            SourceTree.paths(below: "Sources").compactMap { path -> String? in
                let parts = path.split(separator: "/")
                return parts.count == 3 ? String(parts[1]) : nil
            }
        )
        let modules = folders.subtracting(["CLI"]).union(["switchyard", "TestSupport"])
        #expect(Set(allowed.keys) == modules)
    }

    @Test("No import line reaches where the table does not let it")
    func importsAreAllowed() {
        let free: Set = ["Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Testing", "RegexBuilder", "Swift"]
        let modules = SourceTree.sources + SourceTree.tests.filter { $0.module == "TestSupport" }
        let forbidden = modules.flatMap { file -> [String] in
            let module = file.module == "CLI" ? "switchyard" : file.module
            return file.codeLines(matching: #"^ *(@?\w+ )*import "#).compactMap { line in
                let pattern = /^ *(?:@\w+ )*(?:(?:public|package|internal|private|fileprivate) )?import (?:\w+ )?(\w+)/
                guard let match = line.text.firstMatch(of: pattern) else { return nil }
                let name = String(match.1)
                let isAllowed = free.contains(name) || allowed[module]?.contains(name) == true
                return isAllowed ? nil : "\(file.path):\(line.number): \(module) may not import \(name)"
            }
        }
        #expect(forbidden == [])
    }

    @Test("The package description declares no dependency that the table does not allow")
    func dependenciesAreAllowed() async throws {
        let targets = try await packageTargets().filter { $0.type != "test" }
        #expect(targets.count >= 12)
        let forbidden = targets.flatMap { target in
            target.dependencies.filter { allowed[target.name]?.contains($0) != true }
                .map { "\(target.name) may not depend on \($0)" }
        }
        #expect(forbidden == [])
    }

    /// Targets with the names of what they depend on, from `swift package dump-package`.
    ///
    /// A scratch folder of its own, because the folder of this build is locked by whoever runs the tests.
    private func packageTargets() async throws -> [(name: String, type: String, dependencies: [String])] {
        try await withTemporaryFolder { folder in
            let output = try await SpawnedCommand.result(
                of: [
                    "swift", "package", "--package-path", SourceTree.root, "--scratch-path", folder.path,
                    "dump-package",
                ],
                // It leaves a lock file where temporary files go.
                environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.path]) { $1 }
            )
            try #require(output.status == 0, "\(output.standardError)")
            let json = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
            let targets = try #require(json?["targets"] as? [[String: Any]])
            return targets.compactMap { target in
                guard let name = target["name"] as? String, let type = target["type"] as? String else { return nil }
                // Programs that only tests start are part of the tests.
                let isFixture = name != "TestSupport" && (target["path"] as? String)?.hasPrefix("Tests/") == true
                if isFixture { return nil }
                let dependencies = (target["dependencies"] as? [[String: Any]] ?? []).flatMap { entry in
                    entry.values.compactMap { ($0 as? [Any])?.first as? String }
                }
                return (name, type, dependencies)
            }
        }
    }
}
