/// A text's bytes with ASCII capitals made small: for looking up many short texts, one after the other.
struct FoldedBytes: Sendable {
    private let bytes: [UInt8]

    init(_ text: some StringProtocol) {
        bytes = text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    /// Whether the text holds the other one, which is in lower case.
    func hold(_ other: StaticString) -> Bool {
        other.withUTF8Buffer { wanted in
            guard let first = wanted.first, bytes.count >= wanted.count else { return false }
            return bytes.withUnsafeBufferPointer { bytes in
                (0...bytes.count - wanted.count).contains { place in
                    bytes[place] == first && wanted.indices.allSatisfy { bytes[place + $0] == wanted[$0] }
                }
            }
        }
    }

    /// Whether the text holds one of the others, which are in lower case.
    func hold(oneOf others: [StaticString]) -> Bool { others.contains(where: hold) }
}
