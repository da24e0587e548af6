/// Hashes names quickly, with a secret of this process so that nobody can choose names that collide.
///
/// Eight bytes at a time are mixed by folding their 128-bit product with the state, as in the wyhash family by Wang Yi.
package enum NameHash {
    private static let secret = (
        UInt64.random(in: .min ... .max) | 1, UInt64.random(in: .min ... .max) | 1
    )

    package static func hash(_ name: String, seed: UInt64 = 0) -> UInt64 {
        let (first, second) = secret
        let start = fold(seed ^ first, UInt64(truncatingIfNeeded: name.utf8.count) ^ second)
        let hash = name.utf8.withContiguousStorageIfAvailable { mix(UnsafeRawBufferPointer($0), start, second) }
        return hash ?? Array(name.utf8).withUnsafeBytes { mix($0, start, second) }
    }

    private static func mix(_ bytes: UnsafeRawBufferPointer, _ start: UInt64, _ secret: UInt64) -> UInt64 {
        var state = start
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            state = fold(state ^ word, secret)
            offset += 8
        }
        if offset < bytes.count {
            var word: UInt64 = 0
            while offset < bytes.count {
                word = word << 8 | UInt64(bytes[offset])
                offset += 1
            }
            state = fold(state ^ word, secret)
        }
        return fold(state, secret ^ start)
    }

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
