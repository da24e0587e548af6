/// The signs that stand for states, in two sets of equal width.
package struct SignSet: Sendable, Hashable {
    package var waiting: String
    package var done: String
    package var failed: String
    package var skipped: String
    package var warning: String
    package var landed: String
    package var ellipsis: String
    package var separator: String
    package var spinner: Spinner

    package static let unicode = SignSet(
        waiting: "·",
        done: "✓",
        failed: "✗",
        skipped: "–",
        warning: "!",
        landed: "●",
        ellipsis: "…",
        separator: "·",
        spinner: .dots
    )
    package static let ascii = SignSet(
        waiting: ".",
        done: "+",
        failed: "x",
        skipped: "-",
        warning: "!",
        landed: "*",
        ellipsis: "~",
        separator: "-",
        spinner: .ascii
    )

    /// The set that such a terminal can show.
    package static func suited(to traits: TerminalTraits) -> SignSet { traits.isUnicode ? .unicode : .ascii }
}
