import Glibc

/// A text's bytes with ASCII capitals made small: for looking up many short texts, one after the other.
struct FoldedBytes: Sendable {
    private let bytes: [UInt8]

    init(_ text: some StringProtocol) {
        bytes = text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    /// Whether the text holds the other one, which is in lower case.
    func hold(_ other: StaticString) -> Bool {
        bytes.withUnsafeBytes { text in
            guard var place = text.baseAddress else { return false }
            let end = place + text.count
            // In the C library, which is as fast in a debug build: these look-ups are most of what triage does.
            while end - place >= other.utf8CodeUnitCount,
                let hit = memchr(place, Int32(other.utf8Start.pointee), end - place - other.utf8CodeUnitCount + 1)
            {
                if memcmp(hit, other.utf8Start, other.utf8CodeUnitCount) == 0 { return true }
                place = UnsafeRawPointer(hit) + 1
            }
            return false
        }
    }

    /// Whether the text holds one of the others, which are in lower case.
    func hold(oneOf others: [StaticString]) -> Bool { others.contains(where: hold) }
}
