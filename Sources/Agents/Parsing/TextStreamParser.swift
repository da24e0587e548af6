/// Reads plain text: each line is the activity, and the last lines are the summary.
package struct TextStreamParser: StreamParser {
    package private(set) var record = StreamRecord()
    private var tail = LineTail(limit: 10)

    package init() {}

    package mutating func consume(_ line: String) -> [EngineEvent] {
        guard let activity = ActivityText.firstLine(of: line) else { return [] }
        record.hasStarted = true
        tail.add(line)
        record.summary = tail.text
        return [.activity(activity)]
    }
}

/// Keeps the last lines of a stream.
struct LineTail: Sendable {
    private var lines: [String] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func add(_ line: String) {
        if lines.count == limit { lines.removeFirst() }
        lines.append(String(line.prefix(500)))
    }

    /// The lines joined, or `nil` when there are none.
    var text: String? { lines.isEmpty ? nil : lines.joined(separator: "\n") }
}
