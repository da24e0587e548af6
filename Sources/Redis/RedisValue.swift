/// A reply of the server (RESP2).
package enum RedisValue: Hashable, Sendable {
    /// A nil bulk string or nil array.
    case null
    case integer(Int)
    /// Any bytes.
    case bulk([UInt8])
    /// A short answer such as `OK`.
    case status(String)
    /// An error reply, inside an array or as an answer of a pipeline; a single command throws it instead.
    case failure(String)
    case array([RedisValue])

    /// Whether it is the nil reply.
    package var isNull: Bool { self == .null }

    /// Name of the kind, for messages.
    var kind: String {
        switch self {
        case .null: "nil"
        case .integer: "an integer"
        case .bulk: "a string"
        case .status: "a status"
        case .failure: "an error"
        case .array: "an array"
        }
    }
}
