import Foundation
import RunModel

/// One line of the JSON display.
///
/// A fact is written as it stands in the journal: `{"fact": {"data", "kind"}, "schema", "sequence", "time"}`. What is no
/// fact has its kind as the key: `{"output": {"agent", "line", "stream"}, "time"}`, and so `usage`, `activity`, `summary`.
enum ProgressRecord: Encodable, Sendable {
    struct Output: Codable, Sendable, Hashable {
        var agent: AgentID
        var stream: RunModel.OutputStream
        var line: String
    }

    struct UsageReport: Codable, Sendable, Hashable {
        var agent: AgentID
        var usage: Usage
    }

    struct Activity: Codable, Sendable, Hashable {
        var agent: AgentID
        var text: String
    }

    case fact(JournalEntry)
    case output(Output, Date)
    case usage(UsageReport, Date)
    case activity(Activity, Date)

    private enum Key: String, CodingKey {
        case output, usage, activity, time
    }

    init(_ progress: RunProgress, at now: Date) {
        switch progress {
        case .fact(let entry): self = .fact(entry)
        case .output(let agent, let stream, let line):
            self = .output(Output(agent: agent, stream: stream, line: line), now)
        case .usage(let agent, let usage): self = .usage(UsageReport(agent: agent, usage: usage), now)
        case .activity(let agent, let text): self = .activity(Activity(agent: agent, text: text), now)
        }
    }

    func encode(to encoder: any Encoder) throws {
        if case .fact(let entry) = self { return try entry.encode(to: encoder) }
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .fact: break
        case .output(let record, let time):
            try container.encode(record, forKey: .output)
            try container.encode(time, forKey: .time)
        case .usage(let record, let time):
            try container.encode(record, forKey: .usage)
            try container.encode(time, forKey: .time)
        case .activity(let record, let time):
            try container.encode(record, forKey: .activity)
            try container.encode(time, forKey: .time)
        }
    }

    /// The line, without its end.
    func line() throws -> String { String(decoding: try JSONText.encode(self), as: UTF8.self) }
}
