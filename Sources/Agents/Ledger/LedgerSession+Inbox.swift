package import RunModel

/// A file of the inbox that can be read.
package struct InboxFile: Sendable {
    package let name: String
    package let item: InboxItem
    package var document: LedgerDocument
}

extension LedgerSession {
    /// The inbox's files in the order of their names, without those that are no JSON.
    package func inboxFiles() throws -> [InboxFile] {
        var odd: [Finding] = []
        return try names(in: .inbox).compactMap { name in
            guard name.hasSuffix(".json"), let bytes = try read(name, in: .inbox),
                let document = try? LedgerDocument(parsing: bytes)
            else { return nil }
            let item = InboxItem(reading: document.root, file: name, findings: &odd)
            return InboxFile(name: name, item: item, document: document)
        }
    }
}
