import Testing

@Suite("Names")
struct NameTests {
    private static let types = SourceTree.sources.flatMap { file in
        file.codeLines(matching: #"\b(struct|class|enum|actor|protocol) "#).compactMap {
            line -> (place: String, module: String, name: String)? in
            let declaration = /^ *(?:\w+ )*(?:struct|class|enum|actor|protocol) (\w+)/
            guard let match = line.text.firstMatch(of: declaration) else { return nil }
            return ("\(file.path):\(line.number)", file.module, String(match.1))
        }
    }

    @Test("No type has a name that says nothing")
    func namesSaySomething() {
        let empty = Self.types.filter { $0.name.has(#"^(Base|New|Misc)$|(Utils?|Helpers?|Manager|Common|Misc)$"#) }
        #expect(empty.map { "\($0.place): \($0.name)" } == [])
    }

    @Test("No type hides a type of the standard library or its own module")
    func namesShadowNothing() {
        let taken: Set = ["Task", "Process", "Operation", "Configuration", "Service"]
        let shadows = Self.types.filter { taken.contains($0.name) || $0.name == $0.module }
        #expect(shadows.map { "\($0.place): \($0.name)" } == [])
    }

    @Test("No folder or file has a name that says nothing")
    func foldersSaySomething() {
        let paths = SourceTree.paths(below: "Sources") + SourceTree.paths(below: "Tests")
        #expect(
            paths.filter { $0.has(#"(^|\/)(Utils?|Helpers?|Managers?|Common|Base|New|Misc)(\.swift|\/|$)"#) } == []
        )
    }
}
