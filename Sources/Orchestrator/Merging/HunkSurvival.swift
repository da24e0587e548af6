import Git

/// Tells which hunks of a change a later state of the file no longer holds.
struct HunkSurvival {
    /// The file as the agent left it.
    let tip: [UInt8]
    /// The file as the agent found it; empty when it was not there.
    let old: [UInt8]
    /// The file is merged by union: added lines may stand anywhere, and lines may come back.
    let isUnion: Bool

    func lost(_ hunks: [Hunk], in later: [UInt8]) -> [Hunk] {
        let survival = LineSurvival(tip: tip, final: later)
        let oldLines = LineSurvival.lines(old)
        return hunks.filter { hunk in
            if hunk.newCount > 0 {
                let range = Self.range(hunk.newStart, hunk.newCount)
                return isUnion ? !survival.holdsEachLine(of: range) : !survival.holds(range)
            }
            if isUnion { return false }
            let range = Self.range(hunk.oldStart, hunk.oldCount).clamped(to: 0..<oldLines.count)
            return survival.bringsBack(Array(oldLines[range]), at: hunk.newStart)
        }
    }

    /// The hunk in words, counted in the agent's file: `lines 12-14`, `removal of old line 5`.
    static func describe(_ hunk: Hunk) -> String {
        hunk.newCount > 0
            ? lines(hunk.newStart, hunk.newCount) : "removal of old \(lines(hunk.oldStart, hunk.oldCount))"
    }

    private static func lines(_ start: Int, _ count: Int) -> String {
        count == 1 ? "line \(start)" : "lines \(start)-\(start + count - 1)"
    }

    private static func range(_ start: Int, _ count: Int) -> Range<Int> {
        max(0, start - 1)..<max(0, start - 1 + count)
    }
}
