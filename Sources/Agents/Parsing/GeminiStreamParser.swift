internal import RunModel

/// Reads `gemini -o stream-json`: `init`, `message`, `tool_use`, `tool_result`, `error`, and a closing `result`.
package struct GeminiStreamParser: StreamParser {
    package private(set) var record = StreamRecord()
    /// The assistant's answer, which may come in pieces.
    private var answer = ""

    package init() {}

    package mutating func consume(_ line: String) -> [EngineEvent] {
        guard let object = JSONValue.object(in: line), let type = object["type"]?.text else { return [] }
        switch type {
        case "init":
            record.hasStarted = true
            record.sessionID = object["session_id"]?.text
            return object["model"]?.text.map { [.activity("started with \($0)")] } ?? []
        case "message":
            return message(object)
        case "tool_use":
            record.hasStarted = true
            let name = object["tool_name"]?.text ?? object["name"]?.text ?? "tool"
            return [.activity(ActivityText.toolCall(name, input: object["parameters"] ?? object["args"]))]
        case "error":
            if let message = object["message"]?.text { record.summary = message }
            return []
        case "result":
            return result(object)
        default:
            return []
        }
    }

    private mutating func message(_ object: JSONValue) -> [EngineEvent] {
        record.hasStarted = true
        guard object["role"]?.text != "user", let text = object["content"]?.text else { return [] }
        answer = object["delta"]?.boolean == true ? answer + text : text
        // Only the end is kept: an answer in pieces must not grow without bound.
        answer = String(answer.suffix(4000))
        record.summary = answer
        return ActivityText.firstLine(of: text).map { [.activity($0)] } ?? []
    }

    private mutating func result(_ object: JSONValue) -> [EngineEvent] {
        record.hasStarted = true
        record.reportedSuccess = object["status"]?.text == "success"
        if let message = object["error"]?["message"]?.text { record.summary = message }
        if record.reportedSuccess == false {
            let kind = object["error"]?["code"]?.count.flatMap { ClaudeStreamParser.kind(ofStatus: $0) }
            record.failure = EngineFailure(kind: kind ?? .other)
        }
        let stats = object["stats"]
        record.usage = Usage(inputTokens: stats?["input_tokens"]?.count, outputTokens: stats?["output_tokens"]?.count)
        return [.usage(record.usage)]
    }
}
