extension RedisValue {
    /// The integer; decimal strings count as well, as scripts and hashes give them.
    package func integer() throws(RedisError) -> Int {
        switch self {
        case .integer(let number): return number
        case .bulk(let bytes):
            guard let number = Int(String(decoding: bytes, as: UTF8.self)) else {
                throw .unexpectedReply("an integer", got: "a string")
            }
            return number
        default: throw .unexpectedReply("an integer", got: kind)
        }
    }

    /// The bytes of a string or status.
    package func bytes() throws(RedisError) -> [UInt8] {
        switch self {
        case .bulk(let bytes): return bytes
        case .status(let text): return Array(text.utf8)
        default: throw .unexpectedReply("a string", got: kind)
        }
    }

    /// The bytes of a string, or nil for the nil reply.
    package func optionalBytes() throws(RedisError) -> [UInt8]? {
        if case .null = self { return nil }
        return try bytes()
    }

    /// The string or status as text; invalid UTF-8 is replaced.
    package func text() throws(RedisError) -> String {
        if case .status(let text) = self { return text }
        return String(decoding: try bytes(), as: UTF8.self)
    }

    /// The elements; the nil array counts as empty.
    package func array() throws(RedisError) -> [RedisValue] {
        switch self {
        case .array(let elements): return elements
        case .null: return []
        default: throw .unexpectedReply("an array", got: kind)
        }
    }

    /// The value itself, or the error it stands for.
    ///
    /// - Parameter command: name of the command, for the message.
    /// - Returns: the value.
    /// - Throws: ``RedisError/Code/server`` for an error reply.
    package func orThrow(_ command: String) throws(RedisError) -> RedisValue {
        if case .failure(let text) = self { throw .server(command, reply: text) }
        return self
    }
}
