import Foundation
import Testing

@Suite("Files")
struct FileTests {
    @Test("The rules look at real files")
    func treeIsFound() {
        #expect(SourceTree.sources.count > 50)
        #expect(SourceTree.tests.contains { $0.path == "Tests/HygieneTests/FileTests.swift" })
    }

    @Test("No source file is longer than 500 lines, no test file longer than 800")
    func filesAreShort() {
        let long =
            SourceTree.sources.filter { $0.lines.count > 501 } + SourceTree.tests.filter { $0.lines.count > 801 }
        #expect(long.map { "\($0.path): \($0.lines.count) lines, split it by aspect" } == [])
    }

    @Test("A source file declares or extends what it is named after")
    func filesAreNamedAfterTheirType() {
        let strangers = SourceTree.sources.compactMap { file -> String? in
            let stem = file.name.dropLast(".swift".count)
            let parts = stem.split(separator: "+", maxSplits: 1)
            guard let type = parts.first, file.path != "Sources/CLI/Switchyard.swift" else { return nil }
            let kinds = "struct|class|enum|actor|protocol|extension|typealias"
            let declares = !file.codeLines(matching: #"\b(\#(kinds)) ([\w.]+\.)?\#(type)\b"#).isEmpty
            if declares { return nil }
            // A file of extensions, or of several small types of one kind, may be named after what they do.
            let own = file.codeLines(matching: #"^(package |final )*(\#(kinds)) \w"#)
                .filter { !$0.text.hasPrefix("extension") }
            if own.count != 1 { return nil }
            let folder = (file.path as NSString).deletingLastPathComponent
            let isAspect = parts.count == 2 && SourceTree.file("\(folder)/\(type).swift") != nil
            return isAspect ? nil : "\(file.path) declares no '\(type)'"
        }
        #expect(strangers == [])
    }

    @Test("Nothing speaks of the machine it was written on")
    func nothingIsForeign() {
        // Put together here, so that this file is no finding itself.
        let foreign = ["/wo" + "rk/", "/fa" + "rm/", "/opt/swift-" + "packages"]
        let files = SourceTree.sources + SourceTree.tests + SourceTree.pages + SourceTree.scripts
        let found = files.flatMap { file in foreign.filter(file.text.contains).map { "\(file.path): \($0)" } }
        #expect(found == [])
    }
}
