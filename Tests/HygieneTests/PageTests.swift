import Foundation
import RunModel
import Testing

@Suite("Pages")
struct PageTests {
    @Test("The lifecycle page draws exactly the edges that RunState has")
    func lifecycleIsFresh() throws {
        let page = try #require(SourceTree.file("docs/lifecycle.md"))
        let drawn = Set(page.text.matches(of: /(?m)^ +(\w+) --> (\w+)/).map { "\($0.1) -> \($0.2)" })
        let real = Set(
            RunState.allCases.flatMap { state in
                state.successors.map { "\(state.rawValue) -> \($0.rawValue)" }
            }
        )
        #expect(real.subtracting(drawn).sorted() == [], "edges that the page lacks")
        #expect(drawn.subtracting(real).sorted() == [], "edges that RunState does not have")
    }

    @Test("The lifecycle page explains every state")
    func statesAreExplained() throws {
        let page = try #require(SourceTree.file("docs/lifecycle.md"))
        #expect(RunState.allCases.map(\.rawValue).filter { !page.text.contains("| `\($0)`") } == [])
    }

    @Test("Every file a page links to exists")
    func linksLead() {
        let broken = SourceTree.pages.flatMap { page in
            page.text.matches(of: /\]\(([^)#:\s]+)(?:#[^)]*)?\)/).compactMap { match -> String? in
                let folder = (page.path as NSString).deletingLastPathComponent
                let target = (folder as NSString).appendingPathComponent(String(match.1))
                let path = (SourceTree.root as NSString).appendingPathComponent(target)
                return FileManager.default.fileExists(atPath: path) ? nil : "\(page.path): \(match.1)"
            }
        }
        #expect(broken == [])
    }

    @Test("Every dependency of the package has its reason on the dependencies page, and every reason a dependency")
    func dependenciesAreExplained() throws {
        let manifest = try #require(SourceTree.file("Package.swift"))
        let page = try #require(SourceTree.file("docs/dependencies.md"))
        let used = Set(manifest.text.matches(of: /\.package\(url: "[^"]*\/([\w.-]+)"/).map { String($0.1) })
        let named = Set(page.text.matches(of: /(?m)^\| `([\w.-]+)` +\| Swift/).map { String($0.1) })
        #expect(used == named)
    }
}
