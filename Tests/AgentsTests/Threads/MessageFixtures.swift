import Agents
import Foundation
import RunModel

/// Messages in the styles people write them in, with what each is.
struct MessageFixtures: Decodable {
    struct Option: Decodable {
        var id: String
        var label: String
        var recommended: Bool?
    }

    struct Context: Decodable {
        var about: String
        var posts: [String]
        var options: [Option]?
    }

    struct Message: Decodable {
        var context: String
        var kind: MessageKind
        var text: String
        /// Texts of the options it points at; `nil`: not looked at.
        var options: [String]?
    }

    var contexts: [String: Context]
    var messages: [Message]

    static func load() throws -> MessageFixtures {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fixtures/threads/messages.json"
        )
        return try JSONDecoder().decode(MessageFixtures.self, from: Data(contentsOf: file.standardized))
    }

    /// The reading of a message in its context; `nil` when the context is not there.
    func reading(of message: Message) -> MessageReading? {
        guard let context = contexts[message.context] else { return nil }
        let options = (context.options ?? []).map {
            DecisionOption(id: $0.id, label: $0.label, isRecommended: $0.recommended ?? false)
        }
        let posts = context.posts.map { ThreadMessage(role: .system, text: $0, time: nil) }
        let thread = posts + [ThreadMessage(role: .human, text: message.text, time: nil)]
        return ThreadReader(options: options).read(thread).last
    }
}

/// Whole threads as people and dispatch write them, with what each message of a person is.
struct Conversations: Decodable {
    struct Message: Decodable {
        var role: String
        var text: String
        var label: MessageKind?
        /// Two careful people could differ.
        var isDoubtful: Bool?

        private enum CodingKeys: String, CodingKey {
            case role, text, label
            case isDoubtful = "is_doubtful"
        }

        var message: ThreadMessage { ThreadMessage(role: role == "human" ? .human : .system, text: text, time: nil) }
    }

    struct Conversation: Decodable {
        var messages: [Message]
    }

    var threads: [Conversation]

    static func load() throws -> Conversations {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fixtures/threads/conversations.json"
        )
        return try JSONDecoder().decode(Conversations.self, from: Data(contentsOf: file.standardized))
    }
}
