internal import RunModel

/// Reads `opencode run --format json`: lines of a type and a `part`; an `error` line is its word on failure.
package struct OpenCodeStreamParser: StreamParser {
    package private(set) var record = StreamRecord()

    package init() {}

    package mutating func consume(_ line: String) -> [EngineEvent] {
        guard let object = JSONValue.object(in: line), let type = object["type"]?.text else { return [] }
        if let session = object["sessionID"]?.text {
            record.sessionID = session
            record.hasStarted = true
        }
        let part = object["part"]
        switch type {
        case "text":
            guard let text = part?["text"]?.text ?? object["text"]?.text else { return [] }
            record.summary = text
            return ActivityText.firstLine(of: text).map { [.activity($0)] } ?? []
        case "tool_use":
            let name = part?["tool"]?.text ?? object["tool"]?.text ?? "tool"
            return [.activity(ActivityText.toolCall(name, input: part?["state"]?["input"] ?? object["input"]))]
        case "step_finish":
            add(part)
            return [.usage(record.usage)]
        case "error":
            record.reportedSuccess = false
            record.failure = EngineFailure(kind: .other)
            let error = object["error"]
            if let message = error?["data"]?["message"]?.text ?? error?["message"]?.text ?? error?.text {
                record.summary = message
            }
            return []
        default:
            return []
        }
    }

    /// Each step reports its own counts and cost.
    private mutating func add(_ part: JSONValue?) {
        if let count = part?["tokens"]?["input"]?.count {
            record.usage.inputTokens = (record.usage.inputTokens ?? 0) + count
        }
        if let count = part?["tokens"]?["output"]?.count {
            record.usage.outputTokens = (record.usage.outputTokens ?? 0) + count
        }
        if let cost = part?["cost"]?.number, cost >= 0 { record.usage.cost = (record.usage.cost ?? 0) + cost }
    }
}
