import CLibGit2

/// The identifier of a git object: a SHA-1 hash.
package struct OID: Hashable, Sendable, Comparable, CustomStringConvertible {
    private var first: UInt64
    private var second: UInt64
    private var third: UInt32

    /// The all-zero identifier, which git uses for "no object".
    package static let zero = OID(first: 0, second: 0, third: 0)

    /// The file without contents.
    static let emptyBlob = OID(first: 0xe69d_e29b_b2d1_d643, second: 0x4b8b_29ae_775a_d8c2, third: 0xe48c_5391)

    private init(first: UInt64, second: UInt64, third: UInt32) {
        self.first = first
        self.second = second
        self.third = third
    }

    /// Reads exactly 40 hexadecimal digits; throws `invalidName` for anything else.
    package init(hex: String) throws(GitError) {
        let digits = Array(hex.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20)
        if digits.count == 40 {
            for index in stride(from: 0, to: 40, by: 2) {
                guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { break }
                bytes.append(high << 4 | low)
            }
        }
        guard bytes.count == 20 else {
            throw GitError(
                code: .invalidName,
                message: "'\(hex)' is not an object id: it must be 40 hexadecimal digits",
                subject: hex
            )
        }
        self.init(bytes: bytes)
    }

    /// Takes the 20 raw bytes of a hash.
    private init(bytes: [UInt8]) {
        var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
        for byte in bytes[0..<8] { words.0 = words.0 << 8 | UInt64(byte) }
        for byte in bytes[8..<16] { words.1 = words.1 << 8 | UInt64(byte) }
        for byte in bytes[16..<20] { words.2 = words.2 << 8 | UInt32(byte) }
        self.init(first: words.0, second: words.1, third: words.2)
    }

    init(_ raw: git_oid) {
        self = withUnsafeBytes(of: raw) { bytes in
            OID(
                first: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                second: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                third: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
            )
        }
    }

    init(_ raw: UnsafePointer<git_oid>) {
        self.init(raw.pointee)
    }

    /// The value libgit2 wants.
    var raw: git_oid {
        var raw = git_oid()
        withUnsafeMutableBytes(of: &raw) { bytes in
            bytes.storeBytes(of: first.bigEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: second.bigEndian, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: third.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return raw
    }

    package var isZero: Bool { self == .zero }

    /// The 40 hexadecimal digits in lower case.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(40)
        withUnsafeBytes(of: raw) { bytes in
            for byte in bytes {
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The first ten digits, for people.
    package var short: String { String(hex.prefix(10)) }

    package var description: String { hex }

    package static func < (left: OID, right: OID) -> Bool {
        (left.first, left.second, left.third) < (right.first, right.second, right.third)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
