import TestSupport
import Testing

@testable import Redis

@Suite("Wire format")
struct WireTests {
    private func read(_ bytes: [UInt8], pieces: Int = 1 << 20) throws -> [RedisValue] {
        let reader = try #require(ReplyReader(limitInBytes: 1 << 20))
        var replies: [RedisValue] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try bytes[start..<min(start + pieces, bytes.count)].withUnsafeBytes { try reader.read($0, into: &replies) }
        }
        return replies
    }

    @Test("A command is an array of byte strings with their lengths")
    func command() {
        let command = RedisCommand("SET", "k\r\n", .bytes([0, 255]), -12, .text("é"))
        let expected = "*5\r\n$3\r\nSET\r\n$3\r\nk\r\n\r\n$2\r\n".utf8 + [0, 255] + "\r\n$3\r\n-12\r\n$2\r\né\r\n".utf8
        #expect(command.encoded == Array(expected))
    }

    @Test("Every kind of reply is read", arguments: [1, 2, 3, 7, 1000])
    func replies(pieces: Int) throws {
        let bytes = Array(
            "+OK\r\n-ERR bad thing\r\n:-5\r\n$2\r\n\r\n\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n*2\r\n:1\r\n*1\r\n$1\r\na\r\n"
                .utf8
        )
        #expect(
            try read(bytes, pieces: pieces) == [
                .status("OK"), .failure("ERR bad thing"), .integer(-5), .bulk([13, 10]), .bulk([]), .null, .null,
                .array([]), .array([.integer(1), .array([.bulk([97])])]),
            ]
        )
    }

    @Test("What is not RESP2 is refused", arguments: ["HTTP/1.1 200 OK\r\n", "%1\r\n", "_\r\n", ":x\r\n", "$-2\r\n"])
    func malformed(_ text: String) {
        #expect(throws: ReplyReader.Failure.self) { try read(Array(text.utf8)) }
    }

    @Test("An incomplete reply beyond the limit is refused before it fills the memory")
    func tooLarge() throws {
        let reader = try #require(ReplyReader(limitInBytes: 1000))
        var replies: [RedisValue] = []
        #expect(throws: ReplyReader.Failure.self) {
            let bytes = Array("$100000\r\n".utf8) + [UInt8](repeating: 1, count: 2000)
            try bytes.withUnsafeBytes { try reader.read($0, into: &replies) }
        }
    }

    @Test("Random bytes never crash the reader", arguments: SeededRandom.seeds(200))
    func fuzz(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet = Array("+-:$*\r\n0123456789aOK".utf8)
        let bytes = (0..<500).map { _ in random.pick(alphabet) }
        // Refused or read, both are right: the claim is that it comes back.
        let replies = (try? read(bytes, pieces: random.int(in: 1...50))) ?? []
        #expect(replies.count <= bytes.count)
    }

    @Test("Scripts have the digests of the standard's test vectors")
    func digest() {
        #expect(ScriptDigest.hex(of: []) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(ScriptDigest.hex(of: Array("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        let long = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        #expect(ScriptDigest.hex(of: long) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
        #expect(
            ScriptDigest.hex(of: [UInt8](repeating: 97, count: 1_000_000)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f"
        )
    }

    @Test("An error's prefix is its first word in capitals, and nothing of the data behind it")
    func prefix() {
        #expect(ServerErrorPrefix(of: "WRONGTYPE Operation against") == .wrongType)
        #expect(ServerErrorPrefix(of: "OOM") == .outOfMemory)
        #expect(ServerErrorPrefix(of: "wrong secret") == .generic)
        #expect(ServerErrorPrefix(of: "") == .generic)
        #expect(ServerErrorPrefix(of: "SECRET\u{301} x") == .generic)
        #expect(ServerErrorPrefix(of: String(repeating: "A", count: 33)) == .generic)
    }

    @Test("The log-in asks for what the URL names, and a refusal names its step only")
    func logIn() throws {
        var logIn = LogIn(url: try RedisURL("redis://u:secret@h/3"), clientName: "me")
        let text = String(decoding: logIn.takeOutput(), as: UTF8.self)
        #expect(text.contains("AUTH") && text.contains("SELECT") && text.contains("SETNAME") && text.contains("PING"))
        #expect(logIn.takeOutput().isEmpty)
        #expect(logIn.receive(.status("OK")) == .more)
        #expect(logIn.receive(.status("OK")) == .more)
        #expect(
            logIn.receive(.failure("ERR DB index is out of range"))
                == .refused(step: "database 3", reply: "ERR DB index is out of range")
        )
    }
}
