import Agents
import RunModel
import TestSupport
import Testing

@Suite("Stream parsers", .timeLimit(.minutes(10)))
struct StreamParserTests {
    /// One run of each tool in its documented shape.
    static let streams: [StreamFormat: [String]] = [
        .claudeStream: [
            #"{"type":"system","subtype":"init","session_id":"s","model":"m","tools":["Bash"],"mcp_servers":[]}"#,
            #"{"type":"assistant","message":{"role":"assistant","content":[{"type":"thinking","thinking":"x"},{"type":"text","text":"I look.\nMore."},{"type":"tool_use","id":"1","name":"Read","input":{"file_path":"a.py"}}],"usage":{"input_tokens":3}},"parent_tool_use_id":null,"session_id":"s"}"#,
            #"{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"..."}]}}"#,
            #"{"type":"system","subtype":"api_retry","attempt":1,"max_retries":4,"retry_delay_ms":500.5,"error_status":429,"error":"x"}"#,
            #"{"type":"rate_limit_event","session_id":"s"}"#,
            #"{"is_error":false,"num_turns":2,"result":"Done.","session_id":"s","subtype":"success","total_cost_usd":0.5,"usage":{"input_tokens":1,"output_tokens":2},"type":"result"}"#,
        ],
        .codexLines: [
            #"{"type":"thread.started","thread_id":"t"}"#, #"{"type":"turn.started"}"#,
            #"{"type":"item.started","item":{"id":"0","type":"mcp_tool_call","server":"svc","tool":"lock","arguments":{"name":"x"}}}"#,
            #"{"type":"item.completed","item":{"id":"1","type":"reasoning","text":"hm"}}"#,
            #"{"type":"item.completed","item":{"id":"2","type":"agent_message","text":"Done."}}"#,
            #"{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":2,"reasoning_output_tokens":1}}"#,
        ],
        .geminiStream: [
            #"{"type":"init","session_id":"g","model":"pro"}"#,
            #"{"type":"message","role":"user","content":"do"}"#,
            #"{"type":"tool_use","tool_name":"run_shell_command","parameters":{"command":"ls"}}"#,
            #"{"type":"message","role":"assistant","content":"Do","delta":true}"#,
            #"{"type":"message","role":"assistant","content":"ne.","delta":true}"#,
            #"{"type":"result","status":"success","stats":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}"#,
        ],
        .openCodeLines: [
            #"{"type":"step_start","timestamp":1,"sessionID":"o","part":{"type":"step-start"}}"#,
            #"{"type":"tool_use","sessionID":"o","part":{"tool":"bash","state":{"input":{"command":"ls"}}}}"#,
            #"{"type":"text","sessionID":"o","part":{"text":"Done."}}"#,
            #"{"type":"step_finish","sessionID":"o","part":{"cost":0.5,"tokens":{"input":1,"output":2}}}"#,
        ],
        .text: ["working", "", "Done."],
    ]

    private func parse(_ format: StreamFormat, _ lines: [String]) -> (record: StreamRecord, events: [EngineEvent]) {
        var parser = format.makeParser()
        var events: [EngineEvent] = []
        for line in lines { events += parser.consume(line) }
        return (parser.record, events)
    }

    @Test("Each tool's stream is understood to its end", arguments: StreamFormat.allCases)
    func whole(format: StreamFormat) throws {
        let (record, events) = parse(format, try #require(Self.streams[format]))
        #expect(record.hasStarted)
        #expect(record.summary?.hasSuffix("Done.") == true)
        guard format != .text else { return }
        #expect(record.reportedSuccess == (format == .openCodeLines ? nil : true))
        #expect(record.usage.inputTokens == 1)
        #expect(record.usage.outputTokens == 2)
        #expect(record.sessionID != nil)
        #expect(record.failure == nil)
        #expect(events.contains { if case .activity = $0 { true } else { false } })
    }

    @Test("Activity names the tool and what it works on")
    func activity() throws {
        func activities(_ format: StreamFormat) throws -> [String] {
            parse(format, try #require(Self.streams[format])).events
                .compactMap { if case .activity(let text) = $0 { text } else { nil } }
        }
        #expect(
            try activities(.claudeStream) == [
                "started with m", "I look.", "Read: a.py", "waits for the model (attempt 1)",
            ]
        )
        #expect(try activities(.codexLines) == ["svc.lock", "Done."])
        #expect(try activities(.geminiStream) == ["started with pro", "run_shell_command: ls", "Do", "ne."])
        #expect(try activities(.openCodeLines) == ["bash: ls", "Done."])
        #expect(try activities(.text) == ["working", "Done."])
    }

    @Test("A long command is cut to one short line")
    func longActivity() {
        let command = String(repeating: "x", count: 500)
        let line =
            #"{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Bash","input":{"command":"\#(command)\nmore"}}]}}"#
        let (_, events) = parse(.claudeStream, [line])
        guard case .activity(let text)? = events.first else { Issue.record("no activity"); return }
        #expect(text.count == 120)
        #expect(text.hasSuffix("…"))
    }

    @Test(
        "What is not understood is ignored",
        arguments: StreamFormat.allCases.filter { $0 != .text },
        [
            "", "plain text", "{", "{}", "[]", "null", #"{"type":null}"#, #"{"type":7}"#, #"{"type":"future","x":[1]}"#,
            #"{"type":"assistant"}"#, #"{"type":"assistant","message":{"content":"text"}}"#,
            #"{"type":"item.started"}"#,
            #"{"type":"item.completed","item":{"type":"agent_message","text":5}}"#, "{\"type\":\"result\"",
            #"{"type":"turn.completed","usage":{"input_tokens":-5,"output_tokens":1e300}}"#,
        ]
    )
    func unknown(format: StreamFormat, line: String) {
        let (record, _) = parse(format, [line])
        #expect(record.usage == Usage())
        #expect(record.summary == nil)
    }

    @Test(
        "The outcome of Claude's result record follows its error mark, not only its subtype",
        arguments: [
            (#""subtype":"success","is_error":false"#, true, nil),
            (#""subtype":"success","is_error":true"#, false, .other),
            (#""subtype":"error_max_turns","is_error":true"#, false, .budgetExhausted),
            (#""subtype":"error_max_turns""#, false, .budgetExhausted),
            (#""subtype":"error_max_budget_usd","is_error":true"#, false, .budgetExhausted),
            (#""subtype":"success","is_error":true,"api_error_status":401"#, false, .unauthorized),
            (#""subtype":"success","is_error":true,"api_error_status":429"#, false, .rateLimited),
            (#""subtype":"future_kind","is_error":false"#, false, .other),
        ] as [(String, Bool, EngineFailure.Kind?)]
    )
    func claudeResult(members: String, isSuccess: Bool, kind: EngineFailure.Kind?) {
        let (record, _) = parse(.claudeStream, [#"{"type":"result",\#(members)}"#])
        #expect(record.reportedSuccess == isSuccess)
        #expect(record.failure?.kind == kind)
    }

    @Test("Codex: a note about reconnecting is no failure when the turn completes, and one that never closes is none")
    func codexTurns() {
        let start = [#"{"type":"thread.started","thread_id":"t"}"#, #"{"type":"turn.started"}"#]
        let note = #"{"type":"error","message":"reconnecting 1/5"}"#
        let done = #"{"type":"turn.completed","usage":{"input_tokens":1}}"#
        #expect(parse(.codexLines, start + [note, done]).record.reportedSuccess == true)
        #expect(parse(.codexLines, start + [note, done]).record.failure == nil)
        #expect(parse(.codexLines, start + [note]).record.reportedSuccess == nil)
        #expect(parse(.codexLines, start + [done, start[1]]).record.reportedSuccess == nil)
        #expect(parse(.codexLines, start + [done, start[1], done]).record.usage.inputTokens == 2)
    }

    @Test("Streams damaged at random never stop a parser or make up usage", arguments: SeededRandom.seeds(300))
    func mutated(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for format in StreamFormat.allCases {
            var parser = format.makeParser()
            for line in try #require(Self.streams[format]) {
                let damaged = Self.damage(line, &random)
                for event in parser.consume(damaged) {
                    if case .activity(let text) = event {
                        #expect(text.count <= 120 && !text.contains { $0.isNewline }, "seed \(seed): \(damaged)")
                    }
                }
                if random.oneIn(4) { _ = parser.consume(line) }
            }
            let usage = parser.record.usage
            #expect((usage.inputTokens ?? 0) >= 0 && (usage.outputTokens ?? 0) >= 0, "seed \(seed)")
        }
    }

    /// Cuts, doubles, replaces and inserts bytes, and swaps JSON values for others.
    private static func damage(_ line: String, _ random: inout SeededRandom) -> String {
        var bytes = Array(line.utf8)
        for _ in 0..<random.int(in: 0...4) where !bytes.isEmpty {
            let place = random.int(in: 0...(bytes.count - 1))
            switch random.int(in: 0...5) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: bytes[place...].prefix(random.int(in: 1...30)), at: place)
            case 3: bytes[place] = UInt8(random.int(in: 0...255))
            case 4:
                bytes.insert(
                    contentsOf: Array(random.pick(["null", "[]", "{", "-1e999", "\"", "\\u0000", "[[[["]).utf8),
                    at: place
                )
            default:
                let text = String(decoding: bytes, as: UTF8.self)
                let old = random.pick(["\"text\"", "1", "true", "null", "{", "\"type\"", "\"s\""])
                let new = random.pick(["7", "\"x\"", "[1]", "{}", "null", "1e400", "-3"])
                bytes = Array(text.replacing(old, with: new, maxReplacements: 1).utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
