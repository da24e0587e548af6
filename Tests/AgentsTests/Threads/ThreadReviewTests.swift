import Agents
import Foundation
import RunModel
import TestSupport
import Testing

@Suite("What threads wait for")
struct ThreadReviewTests {
    private static let list = "1. Left\n2. Right\n3. Skip - leave it\n\nWhat would you like to do?"

    private func review(
        _ status: String,
        _ messages: [(String, String)],
        decision: LedgerValue = .null,
        category: String = "clarification"
    ) throws -> ThreadReview {
        let start = Date(timeIntervalSince1970: 1_767_000_000)
        let values = messages.enumerated().map { index, message -> LedgerValue in
            [
                "role": .text(message.0), "text": .text(message.1),
                "timestamp": .text(LedgerStamp.text(start + Double(index * 60))),
            ]
        }
        let entry: LedgerValue = [
            "finding_id": "F-1", "status": .text(status), "messages": .list(values), "decision": decision,
            "category": .text(category),
        ]
        return try #require(ThreadFile.reviews(in: LedgerDocument(entry)).first)
    }

    @Test("A thread without any message waits for a summary, unless it was closed")
    func empty() throws {
        #expect(try review("pending", []).need == .summary)
        #expect(try review("pending", []).needsAnswer)
        #expect(try review("resolved", []).need == .nothing)
    }

    @Test("A person's question waits for an answer until a post follows; a receipt is none")
    func questions() throws {
        let asked = [("system", Self.list), ("human", "what is the difference")]
        #expect(try review("pending", asked).need == .answer)
        #expect(try review("pending", asked + [("human", "thanks")]).need == .answer)
        #expect(
            try review("pending", asked + [("system", "✅ Acknowledged. I'll process your input: \"what is the…\"")])
                .need == .answer
        )
        #expect(try review("in_discussion", asked + [("system", "Left is cheaper.")]).need == .person)
        // Closed over an open question: it was never answered.
        #expect(try review("resolved", asked).need == .answer)
    }

    @Test("A choice waits for its ticket, also when a post without a question followed")
    func choices() throws {
        let chosen = [("system", Self.list), ("human", "option 2")]
        let found = try review("pending", chosen)
        #expect(found.need == .ticket)
        #expect(found.choice?.text == "Right")
        #expect(try review("pending", chosen + [("system", "Noted.")]).need == .ticket)
        #expect(try review("pending", chosen + [("system", "Which files? Can you add that?")]).need == .person)
        #expect(try review("resolved", chosen).need == .nothing)
        #expect(
            try review("pending", [("system", Self.list), ("human", "option 2 but with a log line")]).choice?.text
                == "Right\n\noption 2 but with a log line"
        )
    }

    @Test("A refusal closes; so does pointing at the option to skip")
    func refusals() throws {
        for text in ["skip", "3", "not now", "option 3"] {
            #expect(try review("pending", [("system", Self.list), ("human", text)]).need == .closing, "\(text)")
        }
    }

    @Test(
        "Where something holds a ticket up, telling that it is gone lets the ticket go on",
        arguments: ["environment", "infrastructure", "external_setup"],
        ["done", "Fixed, the token is set now", "already set"]
    )
    func obstacles(category: String, text: String) throws {
        let told = [("system", "MAIL_TOKEN is not set on the QA machine."), ("human", text)]
        let found = try review("pending", told, category: category)
        #expect(found.need == .release && found.choice?.text == text)
        #expect(try review("pending", told).need != .release, "in the thread of a question")
        #expect(try review("resolved", told, category: category).need != .release, "when it was settled")
        #expect(try review("pending", told + [("system", "It is still not set.")], category: category).need != .release)
    }

    @Test(
        "Telling when or by whom an obstacle will be taken away, or asking for it, takes nothing away",
        arguments: ["not done yet", "will be set tomorrow", "when is it done?", "thanks"]
    )
    func standingObstacles(text: String) throws {
        let told = [("system", "MAIL_TOKEN is not set on the QA machine."), ("human", text)]
        let need = try review("pending", told, category: "environment").need
        #expect(need == (text.hasSuffix("?") ? .answer : .person))
    }

    @Test("A choice that the thread does not offer is asked back")
    func clarification() throws {
        #expect(try review("pending", [("system", Self.list), ("human", "option 7")]).need == .clarification)
    }

    @Test("A recorded decision counts, unless it asks or a person wrote after it")
    func recorded() throws {
        let option: LedgerValue = ["option_id": "2", "option_label": "Right", "timestamp": "2026-01-01T00:00:00Z"]
        #expect(try review("resolved", [("system", Self.list)], decision: option).need == .ticket)
        let skip: LedgerValue = ["option_id": "skip", "option_label": "Won't fix", "timestamp": "2026-01-01T00:00:00Z"]
        #expect(try review("resolved", [], decision: skip).need == .nothing)
        let asking: LedgerValue = [
            "option_id": "custom", "option_label": "Custom response", "custom_note": "explain this one to me",
        ]
        let asked = try review("resolved", [("system", Self.list)], decision: asking)
        #expect(asked.choice == nil && asked.need != .ticket)
        let early: LedgerValue = ["option_id": "2", "option_label": "Right", "timestamp": "2020-01-01T00:00:00Z"]
        #expect(
            try review(
                "in_discussion",
                [("system", Self.list), ("human", "wait, what does it cost?")],
                decision: early
            ).need == .answer
        )
    }

    @Test("Files of every shape are read: the whole ledger file, a list, one thread")
    func files() throws {
        let thread = #"{"finding_id": "F-1", "messages": [{"role": "human", "text": "why?"}, {"role": "human"}]}"#
        for text in [thread, "[\(thread)]", "{\"threads\": [\(thread)]}", "{\"threads\": {\"a\": \(thread)}}"] {
            let reviews = ThreadFile.reviews(in: try LedgerDocument(parsing: Array(text.utf8)))
            #expect(reviews.map(\.id) == ["F-1"])
            #expect(reviews.first?.readings.map(\.index) == [0, 1], "indices are those of the file")
        }
        #expect(ThreadFile.reviews(in: LedgerDocument("text")).isEmpty)
    }

    @Test("The real threads that are there are read without a loss")
    func corpus() throws {
        guard let folder = ProcessInfo.processInfo.environment["SWITCHYARD_CORPUS"] else { return }
        let data = try Data(contentsOf: URL(filePath: folder + "/ledger/decisions.json"))
        let document = try LedgerDocument(parsing: Array(data))
        let reviews = ThreadFile.reviews(in: document)
        #expect(reviews.count == document.entries(in: "threads").count)
        #expect(
            reviews.flatMap(\.readings).compactMap(\.kind).sorted { $0.rawValue < $1.rawValue } == [
                .decision, .question,
            ]
        )
    }
}
