import Foundation

/// Makes names of files from words that agents wrote.
package enum LedgerName {
    /// Bytes of a name that is made here; file systems take 255.
    static let limitInBytes = 200

    /// Whether the name stays inside its folder and fits the file systems.
    package static func isSafe(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
            && !name.utf8.contains { $0 == 0x2F || $0 == 0 }
    }

    /// The words joined by hyphens: letters, digits, `-`, `_` and `.` alone, never hidden, never too long.
    package static func make(_ words: String..., suffix: String) -> String {
        var name = ""
        for scalar in words.joined(separator: "-").unicodeScalars {
            let isKept =
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                || scalar == "-" || scalar == "_" || scalar == "."
            name.unicodeScalars.append(isKept ? scalar : "-")
        }
        while name.hasPrefix(".") || name.hasPrefix("-") { name.removeFirst() }
        name = name.replacing("..", with: "-")
        return limited(name.isEmpty ? "unnamed" : name, suffix: suffix)
    }

    /// The name cut so that it is not too long with the suffix.
    static func limited(_ name: String, suffix: String) -> String {
        var name = name
        while name.utf8.count + suffix.utf8.count > limitInBytes { name.removeLast() }
        return name + suffix
    }

    /// The name with a number before its ending: `a.json`, `a-2.json`, `a-3.json`.
    static func numbered(_ name: String, _ number: Int) -> String {
        guard number > 1 else { return name }
        let dot = name.lastIndex(of: ".").flatMap { $0 > name.startIndex ? $0 : nil } ?? name.endIndex
        return limited(String(name[..<dot]), suffix: "-\(number)" + name[dot...].prefix(20))
    }
}
