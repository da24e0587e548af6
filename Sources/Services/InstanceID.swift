/// Names one running process of the program among all that share a store.
///
/// Host, process id and a nonce: a later process with the same host and process id is another instance.
package struct InstanceID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package var description: String { rawValue }

    /// Makes the id of this process.
    ///
    /// - Parameters:
    ///   - host: the machine's name.
    ///   - processID: the process id on that machine.
    ///   - nonce: what tells two processes with the same id apart; random by default.
    /// - Returns: an id such as `build-7:4711:9f3c01a2b4d5e6f7`.
    package static func make(
        host: String,
        processID: Int32,
        nonce: UInt64 = .random(in: .min ... .max)
    ) -> InstanceID {
        let digits = String(nonce, radix: 16)
        return InstanceID("\(host):\(processID):" + String(repeating: "0", count: 16 - digits.count) + digits)
    }
}
