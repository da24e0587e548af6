/// Names that a careless store cuts, mixes up or executes.
package enum HostileNames {
    /// No two of these are the same name, although some are equal as Swift strings.
    package static let all: [String] = [
        "a\0b", "a\0", "a", "\0",
        "'; DROP TABLE work_queue; --", "\"quoted\"", "back\\slash", "$1", "%s%n", "{tag}", "*", "a*", "a?[b]", "a_b",
        "a%b",
        "new\nline", "carriage\r\n", "tab\t", " leading", "trailing ", " ",
        "../../etc/passwd", "/", "-", "--help",
        "e\u{301}", "\u{e9}", "\u{feff}bom", "\u{202e}right", "👩‍👩‍👧‍👦", "ÅÄÖ", "aao",
        "A", "null", "NULL", "0", "00", "1e3",
        String(repeating: "x", count: 512), String(repeating: "é", count: 256),
    ]

    /// Whether two names are the same bytes; Swift's `==` also equates different spellings of a character.
    package static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }

    package static func sorted(_ names: [String]) -> [String] {
        names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
