import Foundation
import RunModel

/// What a pass of triage will change, in the order in which it changes it.
///
/// Everything is keyed by the blocker's content: a plan made again, after a crash between any two of its steps, finds
/// what is there and holds only the rest. The blockers themselves are moved last, so that none is forgotten.
struct TriagePlan {
    /// A blocker that leaves the folder of waiting ones.
    enum Departure {
        case archive(name: String, why: String?)
        case quarantine(name: String, why: String)
    }

    var prompts: [(name: String, text: String)] = []
    /// Active prompts that a newer one replaces.
    var superseded: [String] = []
    var inbox: [(name: String, item: InboxItem)] = []
    var departures: [Departure] = []

    /// Carries the plan out.
    func apply(_ snapshot: TriageSnapshot, with session: LedgerSession, at now: Date) throws {
        try session.save(snapshot.tickets, as: .tickets)
        try session.save(snapshot.requeue, as: .requeue)
        try session.save(snapshot.decisions, as: .decisions)
        let day = LedgerStamp.day(now)
        for name in superseded { try session.move(name, from: .prompts, to: .archive(day: day)) }
        try session.write(prompts.map { ($0.name, Array($0.text.utf8)) }, in: .prompts)
        try session.write(inbox.map { ($0.name, Self.file($0.item)) }, in: .inbox)
        for departure in departures {
            switch departure {
            case .archive(let name, let why):
                if let why {
                    let page = "# \(name)\n\nNothing was made of this blocker: \(why)\n"
                    try session.write(page, to: LedgerName.limited(name, suffix: ".why.md"), in: .archive(day: day))
                }
                try session.move(name, from: .blocked, to: .archive(day: day))
            case .quarantine(let name, let why):
                try session.quarantine(name, from: .blocked, why: why, on: now)
            }
        }
    }

    private static func file(_ item: InboxItem) -> [UInt8] { LedgerDocument(item.value).bytes }
}
