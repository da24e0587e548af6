import Agents
import Foundation
import RunModel
import TestSupport
import Testing

@Suite("Reading messages of threads")
struct ThreadReaderTests {
    private func read(_ texts: [(ThreadMessage.Role, String)], options: [DecisionOption] = []) -> [MessageReading] {
        ThreadReader(options: options).read(texts.map { ThreadMessage(role: $0.0, text: $0.1, time: nil) })
    }

    @Test("Every labelled message is read as what it is, and points at the options it names")
    func labelled() throws {
        let fixtures = try MessageFixtures.load()
        #expect(fixtures.messages.count > 900)
        for message in fixtures.messages {
            let reading = try #require(fixtures.reading(of: message))
            #expect(reading.kind == message.kind, "\(message.context): \(message.text)")
            #expect((0.3...1).contains(reading.confidence))
            if let options = message.options {
                #expect(reading.options.map(\.label) == options, "\(message.context): \(message.text)")
            }
        }
    }

    /// The conversations were written and labelled by somebody who had not seen the rules.
    @Test("Of whole conversations, at least 87 in 100 messages whose label is beyond doubt are read as labelled")
    func conversations() throws {
        let conversations = try Conversations.load().threads
        var (right, all, perKind) = (0, 0, [MessageKind: (right: Int, all: Int)]())
        for conversation in conversations {
            let readings = ThreadReader().read(conversation.messages.map(\.message))
            for (message, reading) in zip(conversation.messages, readings) {
                guard let label = message.label, message.isDoubtful != true else { continue }
                let isRight = reading.kind == label
                (right, all) = (right + (isRight ? 1 : 0), all + 1)
                let known = perKind[label] ?? (0, 0)
                perKind[label] = (known.right + (isRight ? 1 : 0), known.all + 1)
            }
        }
        #expect(all > 250)
        #expect(right * 100 >= all * 87, "\(right) of \(all)")
        for (kind, numbers) in perKind { #expect(numbers.right * 100 >= numbers.all * 70, "\(kind): \(numbers)") }
    }

    @Test("Capitals, spaces, and signs around a message change nothing")
    func decoration() throws {
        let fixtures = try MessageFixtures.load()
        // Letters alone are names in capitals, and a sign may be the message.
        for var message in fixtures.messages where message.text.count > 12 {
            let kind = try #require(fixtures.reading(of: message)).kind
            message.text = "  \(message.text)  \n\n"
            #expect(try #require(fixtures.reading(of: message)).kind == kind, "\(message.text)")
            message.text = message.text.uppercased()
            #expect(try #require(fixtures.reading(of: message)).kind == kind, "\(message.text)")
        }
    }

    @Test("A pasted log or quotation beside a message does not change what it is")
    func pasted() throws {
        let fixtures = try MessageFixtures.load()
        let paste = "\n```\nerror: why? skip yes 2\n```\n> option 1?\n2026-01-02T03:04:05Z ERROR what is this?"
        for var message in fixtures.messages where message.text.count > 12 && message.kind != .other {
            let kind = try #require(fixtures.reading(of: message)).kind
            message.text += paste
            #expect(try #require(fixtures.reading(of: message)).kind == kind, "\(message.text)")
        }
    }

    @Test("No text, however odd, stops the reader", arguments: 0..<200)
    func anything(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed) + 1)
        let fixtures = try MessageFixtures.load()
        let parts =
            fixtures.messages.map(\.text) + [
                "(", ")", "1.", "?", "🙃", "\u{0}", "\u{37E}", "e\u{301}", "```", "> ", "１", "\r\n",
            ]
        let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
            .joined(separator: [" ", "", ", ", "\n"].randomElement(using: &random) ?? "")
        let reading = read([(.system, text), (.human, text)])
        #expect(reading.count == 2 && reading[0].kind == nil && reading[1].kind != nil)
    }

    @Test("A long message is read in time that grows with its length")
    func long() {
        let text = String(repeating: "what about option 2, but only if (maybe) not now... ", count: 4_000)
        #expect(read([(.human, text)]).first?.kind != nil)
    }

    @Test("Programs write nothing that is read as a person's word")
    func programs() {
        let readings = read([(.system, "yes"), (.other("dispatch"), "option 2"), (.human, "skip")])
        #expect(readings.map(\.kind) == [nil, nil, .skip])
        #expect(readings.map(\.role) == ["system", "dispatch", "human"])
        #expect(readings.map(\.index) == [0, 1, 2])
    }

    @Test("The list that was shown last counts, then the finding's own options")
    func precedence() {
        let own = [DecisionOption(id: "a1", label: "Own one"), DecisionOption(id: "a2", label: "Own two")]
        #expect(read([(.human, "option 2")], options: own)[0].options.map(\.label) == ["Own two"])
        let shown = read([(.system, "1. First\n2. Second"), (.human, "2")], options: own)
        #expect(shown[1].options.map(\.label) == ["Second"])
        let explained = read([
            (.system, "1) First\n2) Second"), (.human, "why?"), (.system, "Because of it."), (.human, "ok 1"),
        ])
        #expect(explained[3].options.map(\.label) == ["First"])
        #expect(read([(.human, "option 7")], options: own)[0].options == [])
    }

    @Test("Of several lists in a post, the one with the options on record is chosen from")
    func optionsOnRecord() {
        let post = "**Options:**\n1. Same day\n2. Next day\n\n**Advice:**\n1. Ask the shop\n2. Tell the mailer"
        let own = [DecisionOption(id: "1", label: "Same day"), DecisionOption(id: "2", label: "Next day")]
        #expect(read([(.system, post), (.human, "option 2")], options: own)[1].options.map(\.label) == ["Next day"])
        #expect(read([(.system, post), (.human, "option 2")])[1].options.map(\.label) == ["Tell the mailer"])
    }

    @Test(
        "What is only said of an option does not choose it",
        arguments: [
            "Option 1 is too expensive for us", "option 2 would break the import", "option 2 was tried last year",
            "option 1 breaks the import",
        ]
    )
    func spokenOf(text: String) throws {
        let reading = try #require(read([(.system, "1. Left\n2. Right"), (.human, text)]).last)
        #expect(!reading.isChoice && reading.options == [], "\(String(describing: reading.kind))")
    }

    @Test("An option that is excepted is not the one that is meant")
    func excepted() throws {
        let reading = try #require(read([(.system, "1. Left\n2. Right"), (.human, "anything but option 1")]).last)
        #expect(reading.kind != .bareOption && !reading.options.map(\.label).contains("Left"))
    }

    @Test(
        "Praise of an option chooses it",
        arguments: [
            "option 2 would be best", "option 2 is fine", "option 2 is better", "Option 2 would be the best way",
        ]
    )
    func praised(text: String) throws {
        let reading = try #require(read([(.system, "1. Left\n2. Right"), (.human, text)]).last)
        #expect(reading.isChoice && reading.options.map(\.label) == ["Right"])
    }

    @Test("Putting a decision off is none", arguments: ["let me sleep on it", "waiting for legal"])
    func putOff(text: String) throws {
        for post in ["1. Left\n2. Right", "1. Left\n2. Right\n\nWhich one?", "The token is not set."] {
            let reading = try #require(read([(.system, post), (.human, text)]).last)
            #expect(!reading.isChoice && !reading.isRefusal, "\(post)")
        }
    }

    @Test("A receipt is no post: what it confirms is still unanswered")
    func receipts() {
        let texts: [(ThreadMessage.Role, String)] = [
            (.system, "1. Left\n2. Right"), (.human, "why?"),
            (.system, "✅ Acknowledged. I'll process your input: \"why?\""), (.human, "2"),
        ]
        #expect(read(texts)[3].options.map(\.label) == ["Right"])
    }
}

@Suite("Lists of options in posts")
struct OptionListTests {
    private func labels(_ text: String) -> [String] {
        let reading = ThreadReader().read([
            ThreadMessage(role: .system, text: text, time: nil),
            ThreadMessage(role: .human, text: "all of them", time: nil),
        ])
        return reading[1].options.map { "\($0.id) \($0.label)\($0.isRecommended ? " *" : "")" }
    }

    @Test(
        "Every shape of list is found, with its recommended option",
        arguments: [
            "1. Left\n2. ✅ Right", "1) Left\n2) Right (recommended)", "**1.** Left\n**2.** [RECOMMENDED] Right",
            "- 1: Left\n- 2: **Recommended:** Right",
            "**Option 1: Left**\nsteps\n\n**Option 2: Right (Recommended)**\n1. a\n2. b",
            "### Option 1 - Left\n### Option 2 - Right [RECOMMENDED]",
            "Do this:\n1. x\n2. y\n3. z\n\nOptions:\n1. Left\n   - cheap\n2. ✅ Right\n   - dear",
            "Either 1) Left, or 2) Right (recommended)?", "(1) Left; (2) Right (recommended).",
        ]
    )
    func shapes(text: String) {
        #expect(labels(text) == ["1 Left", "2 Right *"])
    }

    @Test("Letters count like numbers")
    func letters() {
        #expect(labels("A) Left\nB) Right\nC) Up") == ["A Left", "B Right", "C Up"])
        #expect(labels("- **Option A:** Left\n- **Option B:** Right") == ["A Left", "B Right"])
    }

    @Test("Not recommended is not recommended")
    func denied() {
        #expect(labels("1. ✅ Left\n2. Right (NOT recommended)") == ["1 Left *", "2 Right (NOT recommended)"])
    }

    @Test("Steps that a person shall do and facts to give are no options")
    func steps() {
        #expect(labels("1. Make an account\n2. Make a key\n\nThen reply with:\n- Region") == [])
        #expect(labels("Version 1.2 was released on 3.4. and 2.0 follows.") == [])
    }
}
