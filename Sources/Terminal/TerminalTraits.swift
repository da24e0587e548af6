/// What the place where text goes can show.
package struct TerminalTraits: Sendable, Hashable {
    package struct Size: Sendable, Hashable {
        package var columns: Int
        package var rows: Int

        package init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// Used where the size cannot be known.
    package static let usualSize = Size(columns: 80, rows: 24)

    /// A person looks at it: the cursor may be moved.
    package var isTerminal: Bool
    package var isColoured: Bool
    /// Signs beyond ASCII are shown.
    package var isUnicode: Bool
    package var size: Size

    package init(isTerminal: Bool, isColoured: Bool, isUnicode: Bool, size: Size = Self.usualSize) {
        self.isTerminal = isTerminal
        self.isColoured = isColoured
        self.isUnicode = isUnicode
        self.size = size
    }

    /// Decides from the kind of file and the environment.
    ///
    /// `NO_COLOR` (any value) switches colour off, `CLICOLOR_FORCE` or `FORCE_COLOR` (not `0`) switches it on also for
    /// files; `TERM=dumb` is not treated as a terminal. Unicode needs a UTF-8 locale in `LC_ALL`, `LC_CTYPE` or `LANG`,
    /// or none set at all.
    package init(isTerminal: Bool, size: Size?, environment: [String: String]) {
        func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty && $0 != "0" } ?? false }
        let isDumb = environment["TERM"] == "dumb"
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
        let charset = (locale ?? "C.UTF-8").lowercased()
        self.isTerminal = isTerminal && !isDumb
        isColoured =
            environment["NO_COLOR"].map(\.isEmpty) ?? true
            && (self.isTerminal || isSet("CLICOLOR_FORCE") || isSet("FORCE_COLOR"))
        isUnicode = charset.contains("utf-8") || charset.contains("utf8")
        self.size = size ?? Self.usualSize
    }
}
