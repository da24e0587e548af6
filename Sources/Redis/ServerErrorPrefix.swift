/// The first word of a Redis error reply, such as `WRONGTYPE`.
///
/// Servers and scripts may use any word, so this is an open set with names for the usual ones.
package struct ServerErrorPrefix: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    /// An error without a class of its own.
    package static let generic = ServerErrorPrefix(rawValue: "ERR")
    package static let wrongType = ServerErrorPrefix(rawValue: "WRONGTYPE")
    /// The server has used its `maxmemory`.
    package static let outOfMemory = ServerErrorPrefix(rawValue: "OOM")
    package static let noScript = ServerErrorPrefix(rawValue: "NOSCRIPT")
    /// A password is needed and none was given.
    package static let authenticationMissing = ServerErrorPrefix(rawValue: "NOAUTH")
    package static let wrongPassword = ServerErrorPrefix(rawValue: "WRONGPASS")
    package static let noPermission = ServerErrorPrefix(rawValue: "NOPERM")
    /// The server reads its data from disk and answers nothing yet.
    package static let loading = ServerErrorPrefix(rawValue: "LOADING")
    /// A script runs longer than the server's limit.
    package static let busy = ServerErrorPrefix(rawValue: "BUSY")
    package static let readOnly = ServerErrorPrefix(rawValue: "READONLY")
    /// The server refuses writes because it cannot save.
    package static let cannotSave = ServerErrorPrefix(rawValue: "MISCONF")

    private static let longestInBytes = 32

    private init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Reads the prefix of an error reply; a reply that begins with no upper-case word counts as ``generic``.
    ///
    /// Nothing but capitals, digits and underscores is taken over, at most 32 of them: the prefix goes into messages.
    package init(of reply: String) {
        let word = reply.utf8.prefix { $0 != UInt8(ascii: " ") }
        let isClean = word.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isClean, (1...Self.longestInBytes).contains(word.count) else {
            self = .generic
            return
        }
        rawValue = String(decoding: word, as: UTF8.self)
    }

    package var description: String { rawValue }
}
