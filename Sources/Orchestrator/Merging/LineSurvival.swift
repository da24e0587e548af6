/// Compares a file as an agent left it with the file that is about to land, line by line.
///
/// Independent of the merge that made the second file, so that a defect there is found here.
struct LineSurvival {
    private let tip: [Int]
    private let final: [Int]
    /// Positions of tip lines that a shortest edit script to the final file drops.
    private let dropped: Set<Int>
    /// Positions of final lines that such a script inserts, each with the tip line it stands before.
    private let inserted: [(before: Int, line: Int)]
    private var names: [ArraySlice<UInt8>: Int]

    /// Above this many cells the shortest edit script is not computed and every differing line counts as dropped;
    /// the search for whole blocks still finds what survived.
    private static let mostCells = 16_000_000

    init(tip: [UInt8], final: [UInt8]) {
        var names: [ArraySlice<UInt8>: Int] = [:]
        func number(_ line: ArraySlice<UInt8>) -> Int {
            if let known = names[line] { return known }
            names[line] = names.count
            return names.count - 1
        }
        let tipLines = Self.lines(tip).map(number)
        let finalLines = Self.lines(final).map(number)
        let common = Self.commonEnds(tipLines, finalLines)
        let tipMiddle = tipLines[common.prefix..<(tipLines.count - common.suffix)]
        let finalMiddle = finalLines[common.prefix..<(finalLines.count - common.suffix)]

        var dropped: Set<Int> = []
        var insertedLines: Set<Int> = []
        if tipMiddle.count * finalMiddle.count > Self.mostCells {
            dropped = Set(tipMiddle.indices)
            insertedLines = Set(finalMiddle.indices)
        } else {
            for change in Array(finalMiddle).difference(from: Array(tipMiddle)) {
                switch change {
                case .remove(let offset, _, _): dropped.insert(common.prefix + offset)
                case .insert(let offset, _, _): insertedLines.insert(common.prefix + offset)
                }
            }
        }
        var inserted: [(before: Int, line: Int)] = []
        var tipPosition = 0
        for (position, line) in finalLines.enumerated() {
            if insertedLines.contains(position) {
                inserted.append((tipPosition, line))
                continue
            }
            while dropped.contains(tipPosition) { tipPosition += 1 }
            tipPosition += 1
        }
        self.tip = tipLines
        self.final = finalLines
        self.dropped = dropped
        self.inserted = inserted
        self.names = names
    }

    /// Whether the tip's lines in the range (from 0) are still in the final file: each in place, or all in one piece.
    func holds(_ range: Range<Int>) -> Bool {
        let range = range.clamped(to: 0..<tip.count)
        if !range.contains(where: dropped.contains) { return true }
        return Self.isBlock(tip[range], in: final)
    }

    /// Whether lines that the agent removed stand again where it removed them, after that many tip lines.
    func bringsBack(_ removed: [ArraySlice<UInt8>], at position: Int) -> Bool {
        let wanted = removed.map { names[$0] ?? -1 }
        let near = inserted.filter { $0.before == position }.map(\.line)
        return Self.isBlock(wanted[...], in: near)
    }

    /// Whether every line of the range stands somewhere in the final file.
    func holdsEachLine(of range: Range<Int>) -> Bool {
        let all = Set(final)
        return range.clamped(to: 0..<tip.count).allSatisfy { all.contains(tip[$0]) }
    }

    /// The lines of a text without their line feeds; a last line without one counts like the others.
    static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func commonEnds(_ left: [Int], _ right: [Int]) -> (prefix: Int, suffix: Int) {
        let shortest = min(left.count, right.count)
        var prefix = 0
        while prefix < shortest && left[prefix] == right[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < shortest - prefix && left[left.count - 1 - suffix] == right[right.count - 1 - suffix] {
            suffix += 1
        }
        return (prefix, suffix)
    }

    private static func isBlock(_ block: ArraySlice<Int>, in lines: [Int]) -> Bool {
        guard let first = block.first else { return true }
        guard block.count <= lines.count else { return false }
        return (0...(lines.count - block.count)).contains { start in
            lines[start] == first && lines[start..<(start + block.count)].elementsEqual(block)
        }
    }
}
