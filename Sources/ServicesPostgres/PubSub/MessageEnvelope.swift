import Foundation
import Services

/// A message as the text of a notification.
///
/// A notification holds at most 7,999 bytes of text: what is longer stays in a table, and its id travels. The number
/// makes every envelope of a publisher different, because the server drops equal ones of one transaction.
struct MessageEnvelope: Hashable {
    enum Content: Hashable {
        case payload([UInt8])
        /// In the table, under this id.
        case stored(Int64)
    }

    /// The longest payload with the topic that travels in the notification itself.
    static let inlineLimitInBytes = 5_500

    var number: UInt64
    var topic: String
    var content: Content

    init(number: UInt64, topic: String, content: Content) {
        self.number = number
        self.topic = topic
        self.content = content
    }

    /// Whether the message fits into a notification.
    static func fits(_ message: PubSubMessage) -> Bool {
        message.topic.rawValue.utf8.count + message.payload.count <= inlineLimitInBytes
    }

    /// Kind, number, length of the topic, topic, payload or id; base 64.
    var text: String {
        var bytes: [UInt8] = []
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
        }
        if case .payload = content { append(UInt8(0)) } else { append(UInt8(1)) }
        append(number)
        append(UInt32(topic.utf8.count))
        bytes.append(contentsOf: topic.utf8)
        switch content {
        case .payload(let payload): bytes.append(contentsOf: payload)
        case .stored(let id): append(id)
        }
        return Data(bytes).base64EncodedString()
    }

    /// Reads the text form; `nil` for anything else.
    init?(_ text: String) {
        guard let bytes = Data(base64Encoded: text).map(Array.init), bytes.count >= 13, bytes[0] <= 1 else {
            return nil
        }
        func integer<Value: FixedWidthInteger>(_ offset: Int, _ type: Value.Type) -> Value {
            bytes.withUnsafeBytes { Value(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self)) }
        }
        let length = Int(integer(9, UInt32.self))
        guard bytes.count >= 13 + length else { return nil }
        number = integer(1, UInt64.self)
        topic = String(decoding: bytes[13..<(13 + length)], as: UTF8.self)
        if bytes[0] == 0 {
            content = .payload(Array(bytes[(13 + length)...]))
        } else {
            guard bytes.count == 21 + length else { return nil }
            content = .stored(integer(13 + length, Int64.self))
        }
    }
}
