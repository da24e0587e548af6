/// SHA-1 of a script's source in lower-case hexadecimal, the name under which Redis keeps it.
///
/// SHA-1 (FIPS 180-4) is what the protocol asks for; nothing here relies on it for security.
enum ScriptDigest {
    static func hex(of source: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for word in words(of: source) {
            for shift in stride(from: 28, through: 0, by: -4) { text.append(digits[Int((word >> UInt32(shift)) & 15)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func words(of source: [UInt8]) -> [UInt32] {
        var message = source
        message.append(0x80)
        while message.count % 64 != 56 { message.append(0) }
        let sizeInBits = UInt64(source.count) * 8
        for shift in stride(from: 56, through: 0, by: -8) { message.append(UInt8((sizeInBits >> UInt64(shift)) & 255)) }

        var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
        for start in stride(from: 0, to: message.count, by: 64) { mix(message[start..<(start + 64)], into: &state) }
        return state
    }

    private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        var schedule = [UInt32](repeating: 0, count: 80)
        for (offset, byte) in block.enumerated() { schedule[offset / 4] = schedule[offset / 4] << 8 | UInt32(byte) }
        for round in 16..<80 {
            let mixed = schedule[round - 3] ^ schedule[round - 8] ^ schedule[round - 14] ^ schedule[round - 16]
            schedule[round] = rotated(mixed, by: 1)
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for round in 0..<80 {
            let (choice, constant): (UInt32, UInt32) =
                switch round {
                case 0..<20: ((b & c) | (~b & d), 0x5a82_7999)
                case 20..<40: (b ^ c ^ d, 0x6ed9_eba1)
                case 40..<60: ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let next = rotated(a, by: 5) &+ choice &+ e &+ constant &+ schedule[round]
            (e, d, c, b, a) = (d, c, rotated(b, by: 30), a, next)
        }
        for (index, word) in [a, b, c, d, e].enumerated() { state[index] &+= word }
    }

    private static func rotated(_ word: UInt32, by count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
