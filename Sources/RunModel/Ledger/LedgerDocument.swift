/// One ledger file as a value: its bytes, what they mean, and changes that leave all else as it was.
///
/// ```swift
/// var tickets = try LedgerDocument(parsing: bytes)
/// if let index = tickets.firstIndex(in: "tickets", where: { $0["id"]?.text == "TKT-007" }) {
///     tickets.update(at: index, in: "tickets") { $0.set("status", to: "qa_failed") }
/// }
/// tickets.append(["id": "TKT-008", "title": "…"], to: "tickets")
/// let changed = tickets.bytes   // differs from `bytes` in those lines only
/// ```
package struct LedgerDocument: Sendable {
    /// The file's one value; change it through ``LedgerValue``'s editing, or through the lists below.
    package var root: LedgerValue
    /// What was odd and accepted, with its place.
    package private(set) var findings: [Finding]
    private let head: ArraySlice<UInt8>
    private let trail: ArraySlice<UInt8>
    private let newline: [UInt8]

    /// Reads a file's bytes: UTF-8 with or without a byte order mark, with any line ends.
    ///
    /// - Throws: `LedgerSyntaxError` with line and column when it is no JSON, or more than one value.
    package init(parsing bytes: [UInt8], options: LedgerParser.Options = .init()) throws(LedgerSyntaxError) {
        let output = try LedgerParser.parseValue(bytes, options: options)
        var rest = LedgerParser(bytes, at: output.range.upperBound, options: options)
        rest.skipSpace()
        guard rest.byte == nil || options.isRecovering else {
            throw rest.error(.trailing, "something follows the end of the value")
        }
        root = output.value
        findings = output.findings
        head = bytes[..<output.range.lowerBound]
        trail = bytes[output.range.upperBound...]
        let isCRLF = bytes.firstIndex(of: 0x0A).map { $0 > 0 && bytes[$0 - 1] == 0x0D } ?? false
        newline = isCRLF ? [0x0D, 0x0A] : [0x0A]
    }

    /// A new file with that value.
    package init(_ root: LedgerValue) {
        self.root = root
        findings = []
        head = []
        trail = [0x0A]
        newline = [0x0A]
    }

    /// The file as it is to be written; equal to what was read when nothing was changed.
    package var bytes: [UInt8] {
        var bytes = Array(head)
        root.write(into: &bytes, at: LedgerValue.Place(newline: newline))
        bytes += trail
        return bytes
    }

    /// Whether anything was changed.
    package var isEdited: Bool { root.isEdited }

    // MARK: Lists of entries

    /// The entries under that key of the root.
    ///
    /// A file that is a bare list holds them itself; an object in place of the list gives its values.
    package func entries(in list: String) -> [LedgerValue] {
        let container = root.isList ? root : root[list] ?? .null
        return container.isObject ? container.members.map(\.value) : container.elements
    }

    /// One entry of a list, without making a copy of the others; `nil` past its end.
    package func entry(at index: Int, in list: String) -> LedgerValue? {
        (root.isList ? root : root[list])?.item(at: index)
    }

    /// How many entries a list has.
    package func count(of list: String) -> Int { (root.isList ? root : root[list])?.count ?? 0 }

    /// The index of the first entry that fits, for ``update(at:in:_:)``.
    package func firstIndex(in list: String, where isWanted: (LedgerValue) -> Bool) -> Int? {
        entries(in: list).firstIndex(where: isWanted)
    }

    /// Changes one entry in place.
    @discardableResult
    package mutating func update<Result>(
        at index: Int,
        in list: String,
        _ body: (inout LedgerValue) throws -> Result
    ) rethrows -> Result? {
        if root.isList { return try root.update(at: index, body) }
        return try root.update(list) { container in try container.update(at: index, body) } ?? nil
    }

    /// Adds an entry at the end of a list, which is made where it is missing or null.
    ///
    /// An object in the list's place gets it under the entry's own name.
    ///
    /// - Returns: `false`, with nothing changed, when something else stands in the list's place.
    @discardableResult
    package mutating func append(_ entry: LedgerValue, to list: String) -> Bool {
        if root.isList { return root.append(entry) }
        guard root.isObject else { return false }
        if root[list]?.isNull ?? true { return root.set(list, to: [entry]) }
        return root.update(list) { entries in
            guard entries.isObject else { return entries.append(entry) }
            let names = ["finding_id", "id", "ticket_id"].compactMap { entry[$0]?.text }
            return names.first.map { entries[$0] == nil && entries.set($0, to: entry) } ?? false
        } ?? false
    }
}
