/// A name as its bytes, for stores that live in this process.
///
/// Swift's strings are equal when they look alike, whatever their bytes; servers compare bytes, and so do all stores.
package struct NameBytes: Hashable, Sendable, Comparable {
    package let bytes: [UInt8]

    package init(_ name: String) {
        bytes = Array(name.utf8)
    }

    package var name: String { String(decoding: bytes, as: UTF8.self) }

    package func hasPrefix(_ prefix: String) -> Bool { bytes.starts(with: prefix.utf8) }

    package static func < (left: NameBytes, right: NameBytes) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
