import CHiredis

/// Turns the bytes of a connection into replies with hiredis' parser.
///
/// Only the parser of hiredis is used. Its sockets would be inherited by child processes, its writes raise `SIGPIPE`,
/// and it cuts long socket paths short without notice; ``RedisSocket`` has none of that.
final class ReplyReader {
    /// What keeps the stream from being read any further.
    enum Failure: Error {
        case malformed(String)
        case tooLarge(limitInBytes: Int)
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let limitInBytes: Int

    /// - Parameter limitInBytes: most bytes kept for one incomplete reply.
    init?(limitInBytes: Int) {
        guard let reader = redisReaderCreate() else { return nil }
        self.reader = reader
        self.limitInBytes = limitInBytes
    }

    deinit {
        redisReaderFree(reader)
    }

    /// Adds bytes that were read and returns the replies that are complete now.
    ///
    /// - Parameters:
    ///   - bytes: what was read.
    ///   - replies: where the replies go, also those before a failure.
    /// - Throws: ``Failure``; the reader must not be used afterwards.
    func read(_ bytes: UnsafeRawBufferPointer, into replies: inout [RedisValue]) throws(Failure) {
        guard redisReaderFeed(reader, bytes.baseAddress, bytes.count) == REDIS_OK else { throw failure }
        while true {
            var reply: UnsafeMutableRawPointer?
            guard redisReaderGetReply(reader, &reply) == REDIS_OK else { throw failure }
            guard let reply else { break }
            replies.append(Self.value(reply.assumingMemoryBound(to: redisReply.self)))
            freeReplyObject(reply)
        }
        let waiting = reader.pointee.len - reader.pointee.pos
        guard waiting <= limitInBytes else { throw .tooLarge(limitInBytes: limitInBytes) }
    }

    private var failure: Failure {
        let text = withUnsafeBytes(of: &reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return .malformed(text)
    }

    /// Copies a reply; the parser bounds the recursion, it refuses more than 7 nested arrays.
    private static func value(_ reply: UnsafeMutablePointer<redisReply>) -> RedisValue {
        switch reply.pointee.type {
        case REDIS_REPLY_INTEGER: return .integer(Int(reply.pointee.integer))
        case REDIS_REPLY_STRING: return .bulk(Array(bytes(of: reply)))
        case REDIS_REPLY_STATUS: return .status(String(decoding: bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: return .failure(String(decoding: bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            let elements = UnsafeBufferPointer(start: reply.pointee.element, count: Int(reply.pointee.elements))
            return .array(elements.map { $0.map(value) ?? .null })
        default: return .null
        }
    }

    private static func bytes(of reply: UnsafeMutablePointer<redisReply>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: reply.pointee.str, count: Int(reply.pointee.len))
    }
}
