import RunModel
import TestSupport
import Testing

@Suite("Ledger documents")
struct LedgerDocumentTests {
    private func document(_ text: String) throws -> LedgerDocument { try LedgerDocument(parsing: Array(text.utf8)) }

    private func text(_ document: LedgerDocument) -> String { String(decoding: document.bytes, as: UTF8.self) }

    private static let tickets = """
        {
          "meta": { "version": 1.50, "odd": [1,2 , 3] },
          "tickets": [
            {
              "id": "TKT-001",
              "status":"ready",
              "tags": []
            },
            {"id": "TKT-002", "status": "ready"}
          ],
          "unknown": 1e3
        }

        """

    @Test(
        "A file that nobody changed is written back byte for byte",
        arguments: [
            tickets, "{}", "[]", "\u{FEFF}{\"a\": 1}\r\n", "  [1, 2.0, -0, 1E+2, \"\\u00e4\\n\"]  ", "null", "\"x\"",
            "{\r\n\t\"a\" :{ } , \"b\":[ ]\r\n}", "{\"a\":1,\"a\":2}", "[1,2,]", "{\"a\": 1 /* why */, // so\n}",
        ]
    )
    func unchangedIsIdentical(source: String) throws {
        #expect(try text(document(source)) == source)
    }

    @Test("Setting a field changes its line only")
    func oneField() throws {
        var changed = try document(Self.tickets)
        changed.update(at: 0, in: "tickets") { $0.set("status", to: "qa_failed") }
        #expect(text(changed) == Self.tickets.replacing("\"status\":\"ready\"", with: "\"status\":\"qa_failed\""))
        #expect(changed.isEdited)
    }

    @Test("Setting a field to what it is changes nothing")
    func sameValue() throws {
        var same = try document(Self.tickets)
        same.update(at: 1, in: "tickets") { $0.set("status", to: "ready") }
        #expect(!same.isEdited && text(same) == Self.tickets)
    }

    @Test("A new field follows the layout of its neighbours")
    func newField() throws {
        var changed = try document(Self.tickets)
        changed.update(at: 0, in: "tickets") { $0.set("branch", to: "b") }
        changed.update(at: 1, in: "tickets") { $0.set("branch", to: "c") }
        #expect(text(changed).contains("      \"tags\": [],\n      \"branch\": \"b\"\n    },"))
        #expect(text(changed).contains("{\"id\": \"TKT-002\", \"status\": \"ready\", \"branch\": \"c\"}"))
    }

    @Test("A new entry is indented by two spaces and leaves all other lines alone")
    func newEntry() throws {
        var changed = try document(Self.tickets)
        changed.append(
            ["id": "TKT-003", "steps": ["one", "two"], "none": .list([]), "about": ["a": 1]],
            to: "tickets"
        )
        let expected = """
                {"id": "TKT-002", "status": "ready"},
                {
                  "id": "TKT-003",
                  "steps": [
                    "one",
                    "two"
                  ],
                  "none": [],
                  "about": {
                    "a": 1
                  }
                }
              ],
            """
        #expect(text(changed).contains(expected))
        let added = text(changed).split(separator: "\n").filter { !Self.tickets.split(separator: "\n").contains($0) }
        #expect(added.count == 11)
    }

    @Test("A value goes into an empty list, also with Windows line ends")
    func emptyList() throws {
        var changed = try document("{\r\n  \"entries\": []\r\n}\r\n")
        changed.append(["a": 1], to: "entries")
        let expected = "{\r\n  \"entries\": [\r\n    {\r\n      \"a\": 1\r\n    }\r\n  ]\r\n}\r\n"
        #expect(text(changed) == expected)
        var missing = try document("{}")
        missing.append(1, to: "entries")
        #expect(try document(text(missing)).entries(in: "entries") == [1])
    }

    @Test(
        "An object in the place of a list takes an entry under the entry's own id, and none twice or without one",
        arguments: [
            ("finding_id", "F-2", true), ("id", "TKT-002", true), ("ticket_id", "TKT-002", true),
            ("id", "TKT-001", false), ("title", "TKT-002", false),
        ]
    )
    func objectOfEntries(key: String, id: String, isTaken: Bool) throws {
        let source = "{\"tickets\": {\"TKT-001\": {\"id\": \"TKT-001\"}}}"
        let entry = LedgerValue.object([(key, .text(id))])
        var changed = try document(source)
        let isAdded = changed.append(entry, to: "tickets")
        #expect(isAdded == isTaken)
        #expect(changed.entries(in: "tickets") == [["id": "TKT-001"]] + (isTaken ? [entry] : []))
        #expect(changed.root["tickets"]?.members.map(\.key) == ["TKT-001"] + (isTaken ? [id] : []))
        #expect(changed.isEdited == isTaken)
        #expect(try document(text(changed)).root == changed.root)
    }

    @Test("A comma before the closing bracket is moved, not doubled")
    func trailingComma() throws {
        var changed = try document("{\n  \"a\": [\n    1,\n  ],\n}")
        changed.root.update("a") { $0.append(2) }
        #expect(changed.findings.map(\.code) == ["json-trailing-comma", "json-trailing-comma"])
        #expect(try document(text(changed)).root["a"] == [1, 2])
        #expect(text(changed).hasPrefix("{\n  \"a\": [\n    1,\n    2\n  ]"))
    }

    @Test(
        "Broken JSON is told with line and column",
        arguments: [
            ("", 1, 1, LedgerSyntaxError.Code.empty), ("{\n  \"a\" 1}", 2, 7, .unexpected),
            ("{\n  \"a\": [1,\n", 3, 1, .truncated), ("[1] x", 1, 5, .trailing), ("{\"a\": 0x10}", 1, 7, .unexpected),
            ("{\"a\": nope}", 1, 7, .unexpected), ("{\"a", 1, 4, .truncated), ("[1 2]", 1, 4, .unexpected),
            (String(repeating: "[", count: 100_000), 1, 129, .tooDeep),
        ]
    )
    func errorsHaveAPlace(source: String, line: Int, column: Int, code: LedgerSyntaxError.Code) throws {
        let error = #expect(throws: LedgerSyntaxError.self) { try document(source) }
        #expect(error?.line == line && error?.column == column && error?.code == code, "\(String(describing: error))")
    }

    @Test("A recovering reader keeps what stands before the mistake")
    func recovering() throws {
        let source = "{\"ticket_id\": \"TKT-009\", 'summary': 'it\"s', flag: True, \"list\": [1, {\"deep\": \"cut o"
        let output = try LedgerParser.parseValue(Array(source.utf8), options: .init(isRecovering: true))
        #expect(output.value["ticket_id"] == "TKT-009" && output.value["summary"] == "it\"s")
        #expect(output.value["flag"] == true)
        #expect(output.value["list"]?.elements.last?["deep"] == "cut o")
        #expect(output.mistake?.code == .truncated)
    }

    @Test("Escapes are read, and texts are written so that they are read the same")
    func escapes() throws {
        let value = try document(#"["\ud83d\ude00\u00e9\/\b\"\\ \ud800x", "\q"]"#).root
        #expect(value.elements.first?.text == "😀é/\u{8}\"\\ \u{FFFD}x")
        let hostile = "\u{0}\u{1F}\u{7F}\"\\\n\r\t\u{2028}😀"
        #expect(try LedgerDocument(parsing: LedgerValue.text(hostile).rendered()).root.text == hostile)
    }

    @Test("Random edits of random documents change nothing else", arguments: SeededRandom.seeds(60))
    func randomEdits(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let original = Self.randomValue(&random, depth: 0)
        var document = try LedgerDocument(parsing: Array(Self.messy(original, &random).utf8))
        #expect(document.root == original, "\(random)")
        var expected = original
        for _ in 0..<random.int(in: 1...6) {
            let path = (0..<random.int(in: 0...4)).map { _ in random.int(in: 0...3) }
            let value = Self.randomValue(&random, depth: 3)
            let key = random.word()
            Self.edit(&document.root, path[...], key, value)
            Self.edit(&expected, path[...], key, value)
            let again = try LedgerDocument(parsing: document.bytes)
            #expect(again.root == expected, "\(random)")
            #expect(again.bytes == document.bytes)
        }
    }

    private static func edit(_ value: inout LedgerValue, _ path: ArraySlice<Int>, _ key: String, _ new: LedgerValue) {
        if let index = path.first, value.count > index {
            value.update(at: index) { edit(&$0, path.dropFirst(), key, new) }
        } else if value.isList {
            value.append(new)
        } else {
            value.set(key, to: new)
        }
    }

    private static func randomValue(_ random: inout SeededRandom, depth: Int) -> LedgerValue {
        switch random.int(in: depth == 0 ? 4...5 : depth > 3 ? 0...3 : 0...5) {
        case 0: return .null
        case 1: return .boolean(random.oneIn(2))
        case 2: return .number(random.int(in: -5...500))
        case 3: return .text(random.word() + random.pick(["", "\n", "\"", " ä", "\\", ","]))
        case 4: return .list((0..<random.int(in: 0...4)).map { _ in randomValue(&random, depth: depth + 1) })
        default:
            let count = random.int(in: 0...4)
            return .object((0..<count).map { ("k\($0)" + random.word(), randomValue(&random, depth: depth + 1)) })
        }
    }

    /// The value in a layout that nobody would choose.
    private static func messy(_ value: LedgerValue, _ random: inout SeededRandom) -> String {
        func space(_ random: inout SeededRandom) -> String { random.pick(["", " ", "\n", "\n  ", "\r\n\t", "  "]) }
        if value.isList {
            var items: [String] = []
            for item in value.elements { items.append(space(&random) + messy(item, &random) + space(&random)) }
            return "[" + items.joined(separator: ",") + (items.isEmpty ? space(&random) : "") + "]"
        }
        if value.isObject {
            var items: [String] = []
            for member in value.members {
                let key = String(decoding: LedgerValue.text(member.key).rendered(), as: UTF8.self)
                items.append(
                    space(&random) + key + space(&random) + ":" + space(&random) + messy(member.value, &random)
                )
            }
            return "{" + items.joined(separator: ",") + space(&random) + "}"
        }
        return String(decoding: value.rendered(), as: UTF8.self)
    }

    @Test("Reading takes time in proportion to the size", .timeLimit(.minutes(10)))
    func linearTime() throws {
        let entry =
            "    {\n      \"id\": \"TKT-%\",\n      \"text\": \"" + String(repeating: "word ", count: 100) + "\"\n    }"
        func source(_ count: Int) -> [UInt8] {
            let entries = (0..<count).map { entry.replacing("%", with: "\($0)") }.joined(separator: ",\n")
            return Array("{\n  \"tickets\": [\n\(entries)\n  ]\n}\n".utf8)
        }
        let clock = ContinuousClock()
        func measure(_ bytes: [UInt8]) throws -> Duration {
            try (0..<3).map { _ in try clock.measure { _ = try LedgerDocument(parsing: bytes) } }.min() ?? .zero
        }
        let small = try measure(source(1_000))
        let large = try measure(source(8_000))
        #expect(large < small * 40, "1,000 entries took \(small), 8,000 took \(large)")
        var document = try LedgerDocument(parsing: source(1_300))
        document.update(at: 700, in: "tickets") { $0.set("text", to: "changed") }
        let lines = Set(String(decoding: source(1_300), as: UTF8.self).split(separator: "\n"))
        #expect(text(document).split(separator: "\n").filter { !lines.contains($0) }.count == 1)
    }
}
