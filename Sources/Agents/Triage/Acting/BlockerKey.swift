/// Names a blocker's content, so that whatever is made from it is recognised and never made again.
///
/// The 64-bit FNV-1a hash of the bytes with their number, as 16 hexadecimal digits; it tells contents apart and
/// protects nothing.
package struct BlockerKey: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(_ bytes: [UInt8]) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bytes.count)
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        rawValue = String(repeating: "0", count: 16 - digits.count) + digits
    }

    package var description: String { rawValue }
    /// For names of files and threads.
    package var short: String { String(rawValue.prefix(8)) }
}
