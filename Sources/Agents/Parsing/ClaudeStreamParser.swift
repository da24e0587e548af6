internal import RunModel

/// Reads the stream of Claude Code, version 2: `init`, `assistant`, `user`, `api_retry`, and a closing `result`.
package struct ClaudeStreamParser: StreamParser {
    package private(set) var record = StreamRecord()
    /// Counts of the model's answers so far by their id: an answer is printed in parts that repeat its counts.
    private var answers: [String: Usage] = [:]
    /// What the last retry of the API said; it explains a failed result.
    private var lastRetry: EngineFailure?

    package init() {}

    package mutating func consume(_ line: String) -> [EngineEvent] {
        guard let object = JSONValue.object(in: line), let type = object["type"]?.text else { return [] }
        if let session = object["session_id"]?.text { record.sessionID = session }
        switch type {
        case "system": return system(object)
        case "assistant": return assistant(object)
        case "result": return result(object)
        default: return []
        }
    }

    private mutating func system(_ object: JSONValue) -> [EngineEvent] {
        switch object["subtype"]?.text {
        case "init":
            record.hasStarted = true
            return object["model"]?.text.map { [.activity("started with \($0)")] } ?? []
        case "api_retry":
            let delay = object["retry_delay_ms"]?.number.map { Duration.milliseconds(min($0, 86_400_000)) }
            let kind = object["error_status"]?.count.flatMap(Self.kind(ofStatus:))
            lastRetry = kind.map { EngineFailure(kind: $0, retryAfter: delay) }
            let count = object["attempt"]?.count.map { " (attempt \($0))" } ?? ""
            return [.activity("waits for the model\(count)")]
        default:
            return []
        }
    }

    private mutating func assistant(_ object: JSONValue) -> [EngineEvent] {
        record.hasStarted = true
        var events: [EngineEvent] = []
        for block in object["message"]?["content"]?.list ?? [] {
            switch block["type"]?.text {
            case "tool_use":
                let name = block["name"]?.text ?? "tool"
                events.append(.activity(ActivityText.toolCall(name, input: block["input"])))
            case "text":
                guard let text = block["text"]?.text, let line = ActivityText.firstLine(of: text) else { continue }
                // Words of a helper agent are not the answer of the attempt.
                if object["parent_tool_use_id"]?.text == nil { record.summary = text }
                events.append(.activity(line))
            default: continue
            }
        }
        if let usage = addAnswer(object["message"]) { events.append(.usage(usage)) }
        return events
    }

    /// Adds up what the answers have used, until the closing record tells it for good; `nil` without counts.
    private mutating func addAnswer(_ message: JSONValue?) -> Usage? {
        guard let message, let id = message["id"]?.text, message["usage"] != nil, answers.count < Self.mostAnswers
        else { return nil }
        let usage = Self.usage(of: message)
        guard answers.updateValue(usage, forKey: id) != usage else { return nil }
        record.usage = answers.values.reduce(Usage()) { $0 + $1 }
        return record.usage
    }

    /// Answers that are counted one by one; a stream with more is not Claude's.
    private static let mostAnswers = 100_000

    private mutating func result(_ object: JSONValue) -> [EngineEvent] {
        let subtype = object["subtype"]?.text
        let isError = object["is_error"]?.boolean ?? (subtype != "success")
        record.hasStarted = true
        record.reportedSuccess = !isError && subtype == "success"
        record.usage = Self.usage(of: object)
        if let text = object["result"]?.text, !text.isEmpty {
            record.summary = text
        } else {
            let errors = (object["errors"]?.list ?? []).compactMap(\.text)
            if !errors.isEmpty { record.summary = errors.joined(separator: "\n") }
        }
        if record.reportedSuccess == false {
            if record.summary == nil { record.summary = subtype }
            record.failure = failure(of: object, subtype: subtype)
        }
        noteDenials(object)
        return [.usage(record.usage)]
    }

    /// A denied tool call leaves the exit status at 0, but explains why work is missing.
    private mutating func noteDenials(_ object: JSONValue) {
        let denied = (object["permission_denials"]?.list ?? []).compactMap { $0["tool_name"]?.text }
        guard !denied.isEmpty else { return }
        let names = Set(denied).sorted().joined(separator: ", ")
        let note =
            denied.count == 1 ? "1 tool call was denied: \(names)" : "\(denied.count) tool calls were denied: \(names)"
        record.summary = [record.summary, note].compactMap(\.self).joined(separator: "\n")
    }

    private func failure(of object: JSONValue, subtype: String?) -> EngineFailure {
        if let kind = object["api_error_status"]?.count.flatMap(Self.kind(ofStatus:)) {
            return EngineFailure(kind: kind, retryAfter: lastRetry?.kind == kind ? lastRetry?.retryAfter : nil)
        }
        switch (subtype, object["terminal_reason"]?.text) {
        case ("error_max_turns", _), ("error_max_budget_usd", _): return EngineFailure(kind: .budgetExhausted)
        case (_, "api_error"): return lastRetry ?? EngineFailure(kind: .other)
        default: return EngineFailure(kind: .other)
        }
    }

    /// All input counts: what was read from and written to the cache was input too.
    private static func usage(of object: JSONValue) -> Usage {
        let usage = object["usage"]
        let input = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
            .compactMap { usage?[$0]?.count }
        return Usage(
            inputTokens: input.isEmpty ? nil : input.reduce(0, +),
            outputTokens: usage?["output_tokens"]?.count,
            cost: object["total_cost_usd"]?.number
        )
    }

    /// What a status of the model's API means; `nil` for one that means nothing for another attempt.
    static func kind(ofStatus status: Int) -> EngineFailure.Kind? {
        switch status {
        case 429: .rateLimited
        case 503, 529: .overloaded
        case 401, 402, 403: .unauthorized
        default: nil
        }
    }

}
