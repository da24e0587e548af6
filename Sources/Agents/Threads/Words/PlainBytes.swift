/// The work of ``Wording`` on text that is ASCII alone, as most is: byte by byte, for a fiftieth of the time.
enum PlainBytes {
    private static let inner = table { isLetter($0) || isDigit($0) || Wording.innerSigns.utf8.contains($0) }
    private static let outer = table { Wording.outerSigns.utf8.contains($0) }

    /// Small letters, without the signs that ``Wording`` drops; `nil` for text that is not ASCII alone.
    static func folded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "*"): continue
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            case ..<0x80: bytes.append(byte)
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Runs of what may stand inside of a word, without the signs at their ends; `nil` for text that is not ASCII alone.
    static func words(of folded: String) -> [String]? {
        var words: [String] = []
        var start: Int?
        let bytes = Array(folded.utf8)
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        for place in 0...bytes.count {
            if place < bytes.count, inner[Int(bytes[place])] {
                if start == nil { start = place }
            } else if let begin = start {
                start = nil
                if let word = word(bytes[begin..<place]) { words.append(word) }
            }
        }
        return words
    }

    private static func word(_ run: ArraySlice<UInt8>) -> String? {
        var run = run
        while let last = run.last, outer[Int(last)] { run.removeLast() }
        while let first = run.first, outer[Int(first)] { run.removeFirst() }
        return run.isEmpty ? nil : String(decoding: run, as: UTF8.self)
    }

    private static func table(_ holds: (UInt8) -> Bool) -> [Bool] { (0..<128).map { holds($0) } }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
