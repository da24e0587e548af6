import Foundation
import RunModel

/// What a blocker's file name says: the ticket, when it was written, and the words around them.
struct BlockerFileName: Hashable, Sendable {
    var ticket: TicketID?
    var date: Date?
    /// In lower case: `qa`, `failed`, `tooling`.
    var words: [String]

    init(_ name: String) {
        let name = name.split(separator: "/").last.map(String.init) ?? name
        var rest = name
        for ending in [".json", ".md", ".txt", ".jsonl", ".log"] where rest.lowercased().hasSuffix(ending) {
            rest = String(rest.dropLast(ending.count))
        }
        if let split = LedgerStamp.split(fileName: rest) {
            date = split.date
            rest = String(split.rest)
        }
        if let template = rest.firstRange(of: "$(") { rest = String(rest[..<template.lowerBound]) }
        ticket = TicketID.all(in: rest, isAnyPrefix: true).first { !Self.isMarker($0) }
        if let ticket, let range = rest.lowercased().firstRange(of: ticket.rawValue.lowercased()) {
            rest.removeSubrange(range)
        }
        words = Words.tokens(Words.split(camelCase: rest)).filter { !$0.allSatisfy(\.isNumber) }
    }

    /// `FAILED-3`, `ATTEMPT-2` are no tickets.
    private static func isMarker(_ id: TicketID) -> Bool {
        let prefix = id.rawValue.prefix { $0 != "-" }.lowercased()
        return markers.contains(prefix)
    }

    private static let markers: Set<String> = [
        "qa", "failed", "fail", "ci", "regression", "blocked", "env", "ext", "routed", "tooling", "infrastructure",
        "test",
        "attempt", "retry", "run", "inbox", "blocker", "session", "v", "iter", "iteration", "dev", "build", "report",
    ]
}
