import Foundation

/// Bytes as JSON: a text where they are UTF-8, Base64 under another key where they are not.
struct PayloadText: Encodable {
    var bytes: [UInt8]
    /// The key for text; `_base64` is added to it for other bytes.
    var name: String

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        if let text = String(validating: bytes, as: UTF8.self) {
            try container.encode(text, forKey: Key(stringValue: name))
        } else {
            try container.encode(Data(bytes).base64EncodedString(), forKey: Key(stringValue: name + "Base64"))
        }
    }
}

extension String {
    /// The bytes as text on one line for a table: escapes for control characters, cut to a length.
    static func excerpt(of bytes: [UInt8], limit: Int = 60) -> String {
        let text = String(decoding: bytes.prefix(limit * 4), as: UTF8.self)
        let line = text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : String($0) }.joined()
        return line.count > limit || bytes.count > limit * 4 ? line.prefix(limit - 1) + "…" : line
    }
}
