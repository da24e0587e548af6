/// Quotes words for commands that a person copies from a report.
package enum ShellText {
    /// The word as a POSIX shell takes it literally; bare where that is safe.
    package static func quote(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                    || "-_./,:@%+".unicodeScalars.contains(scalar)
            }
        if isPlain, !word.hasPrefix("-") { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
