internal import RunModel

/// Reads the lines of `codex exec --json`: a thread with turns, each with items, closed by a usage or an error.
package struct CodexStreamParser: StreamParser {
    package private(set) var record = StreamRecord()

    package init() {}

    package mutating func consume(_ line: String) -> [EngineEvent] {
        guard let object = JSONValue.object(in: line), let type = object["type"]?.text else { return [] }
        switch type {
        case "thread.started":
            record.hasStarted = true
            record.sessionID = object["thread_id"]?.text
            return []
        case "turn.started":
            // A turn that never closes is no success, whatever an earlier one said.
            record.hasStarted = true
            record.reportedSuccess = nil
            return []
        case "item.started", "item.completed":
            return item(object["item"], isCompleted: type == "item.completed")
        case "turn.completed":
            record.reportedSuccess = true
            record.failure = nil
            add(object["usage"])
            return [.usage(record.usage)]
        case "turn.failed":
            fail(object["error"]?["message"]?.text)
            return []
        case "error":
            // Also printed while it reconnects: only an end without a completed turn makes it a failure.
            record.failure = EngineFailure(kind: .other)
            if let message = object["message"]?.text { record.summary = message }
            return object["message"]?.text.flatMap(ActivityText.firstLine).map { [.activity($0)] } ?? []
        default:
            return []
        }
    }

    private mutating func fail(_ message: String?) {
        record.reportedSuccess = false
        record.failure = EngineFailure(kind: .other)
        if let message { record.summary = message }
    }

    private mutating func item(_ item: JSONValue?, isCompleted: Bool) -> [EngineEvent] {
        guard let item, let type = item["type"]?.text else { return [] }
        switch (type, isCompleted) {
        case ("agent_message", true):
            guard let text = item["text"]?.text else { return [] }
            record.summary = text
            return ActivityText.firstLine(of: text).map { [.activity($0)] } ?? []
        case ("command_execution", false):
            return [.activity(ActivityText.toolCall("Shell", input: item))]
        case ("file_change", true):
            let paths = (item["changes"]?.list ?? []).compactMap { $0["path"]?.text }
            return paths.isEmpty ? [] : [.activity(ActivityText.cut("Edit: \(paths.joined(separator: ", "))"))]
        case ("mcp_tool_call", false):
            let name = [item["server"]?.text, item["tool"]?.text].compactMap(\.self).joined(separator: ".")
            return [.activity(ActivityText.toolCall(name.isEmpty ? "tool" : name, input: item["arguments"]))]
        case ("web_search", false):
            return [.activity(ActivityText.toolCall("Search", input: item))]
        default:
            return []
        }
    }

    /// Each turn reports its own counts.
    private mutating func add(_ usage: JSONValue?) {
        if let count = usage?["input_tokens"]?.count {
            record.usage.inputTokens = (record.usage.inputTokens ?? 0) + count
        }
        if let count = usage?["output_tokens"]?.count {
            record.usage.outputTokens = (record.usage.outputTokens ?? 0) + count
        }
    }
}
