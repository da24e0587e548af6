import Foundation
import Testing

/// Blockers of our own wording, each with what a person says it is.
enum BlockerFixtures {
    struct Entry: Sendable, CustomTestStringConvertible {
        var file: String
        var blockerClass: String
        var needsHuman: Bool
        var ticket: String
        /// `nil` where the class alone decides.
        var action: String?

        var testDescription: String { file }
        var bytes: [UInt8] { BlockerFixtures.bytes(of: file) }
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/blockers")

    static func bytes(of file: String) -> [UInt8] {
        (try? Data(contentsOf: folder.appending(path: file))).map { [UInt8]($0) } ?? []
    }

    /// The rows of `labels.tsv`: file, class, `human` or `agent`, ticket, action or `-`.
    static let all: [Entry] = {
        String(decoding: bytes(of: "labels.tsv"), as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .compactMap { line in
                let cells = line.split(separator: "\t").map(String.init)
                guard cells.count == 5 else { return nil }
                return Entry(
                    file: cells[0],
                    blockerClass: cells[1],
                    needsHuman: cells[2] == "human",
                    ticket: cells[3],
                    action: cells[4] == "-" ? nil : cells[4]
                )
            }
    }()
}
