/// Shows how two texts differ, line by line, with a little of what is equal around it.
package enum LineDifference {
    /// Lines with `-`, `+` or a space in front; runs of equal lines are cut to two on each side.
    package static func describe(from old: String, to new: String) -> String {
        let oldLines = old.split(separator: "\n", omittingEmptySubsequences: false)
        let newLines = new.split(separator: "\n", omittingEmptySubsequences: false)
        let difference = newLines.difference(from: oldLines)
        let removed = Set(difference.removals.map(\.offset))
        let inserted = Set(difference.insertions.map(\.offset))

        var marked: [(mark: Character, line: Substring)] = []
        var (oldIndex, newIndex) = (0, 0)
        while oldIndex < oldLines.count || newIndex < newLines.count {
            if removed.contains(oldIndex) {
                marked.append(("-", oldLines[oldIndex]))
                oldIndex += 1
            } else if inserted.contains(newIndex) {
                marked.append(("+", newLines[newIndex]))
                newIndex += 1
            } else {
                marked.append((" ", newLines[newIndex]))
                oldIndex += 1
                newIndex += 1
            }
        }
        return cut(marked).joined(separator: "\n")
    }

    private static func cut(_ marked: [(mark: Character, line: Substring)]) -> [String] {
        let changed = marked.indices.filter { marked[$0].mark != " " }
        var shown: [String] = []
        var last = -1
        for index in marked.indices where changed.contains(where: { abs($0 - index) <= 2 }) {
            if index != last + 1 { shown.append("@@ line \(index + 1)") }
            shown.append("\(marked[index].mark)\(marked[index].line)")
            last = index
        }
        return shown
    }
}

extension CollectionDifference.Change {
    fileprivate var offset: Int {
        switch self {
        case .insert(let offset, _, _), .remove(let offset, _, _): offset
        }
    }
}
