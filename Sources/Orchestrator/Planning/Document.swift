import RunModel

/// A Markdown document as blocks and sections: a task file, or the prompt inside one.
struct Document: Sendable {
    let lines: [SourceLine]
    let blocks: [Block]
    var findings: [Finding]
    /// Lines visited by the scan, look-ahead included.
    let steps: Int

    /// The place of a block's first line in the file.
    func line(of block: Block) -> Int { number(block.lines.lowerBound) }

    func number(_ index: Int) -> Int { index < lines.count ? lines[index].number : (lines.last?.number ?? 0) }

    /// The lines' text with their own line ends.
    func text(_ range: Range<Int>) -> String {
        range.clamped(to: 0..<lines.count).map { lines[$0].text + lines[$0].ending }.joined()
    }
}

/// A heading and the blocks below it, up to the next heading.
///
/// Besides real headings, lines of bold text and labels such as `FILES YOU OWN:` start sections, on levels below six.
struct Section: Sendable {
    static let boldLevel = 7
    static let labelLevel = 8

    var level: Int
    var title: String
    /// The kind its own title says, or `nil`.
    var ownKind: SectionKind?
    /// Its own kind, or that of the nearest section around it which has one.
    var kind: SectionKind
    var parent: Int?
    /// Line of the heading in the file; 0 for the text before the first heading.
    var line: Int
    /// Characters before the title.
    var column: Int
    /// Index of the heading's block.
    var headingBlock: Int?
    /// Blocks below the heading, up to the next section.
    var blocks: Range<Int>
    /// What stands behind a label on its line.
    var inlineText: String?
    var inlineColumn = 0
    /// The same section as its parent, going on after a label's list.
    var isContinuation = false

    var isScope: Bool { ["scope", "in scope"].contains(Inline.words(title)) }
}
