/// File names for lock names: readable where they can be, and never one for two names.
package enum LockFileName {
    /// Letters, digits, `-` and `.` stay, other bytes become `_XX`; a long name keeps its end and a hash of the whole.
    package static func of(_ name: String) -> String {
        var file = ""
        for byte in name.utf8 {
            let character = Character(UnicodeScalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || character == "-" || character == "." {
                file.append(character)
            } else {
                // Always two digits, so that what follows cannot be taken for one.
                file += (byte < 0x10 ? "_0" : "_") + String(byte, radix: 16)
            }
        }
        guard file.utf8.count > longestPlain else { return file }
        // FNV-1a, 64 bits: the names are our own, so nobody looks for two that share it.
        let digest = name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return String(file.suffix(160)) + "__" + String(digest, radix: 16)
    }

    /// File systems take 255 bytes, endings included.
    private static let longestPlain = 200
}
