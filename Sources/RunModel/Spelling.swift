/// Finds what somebody probably meant.
package enum Spelling {
    /// The candidate nearest to the word, if it is near enough to be meant: one change for short words, a third of the
    /// length, at most three, for longer ones.
    ///
    /// Words of one or two letters are near to everything, so nothing is suggested for them.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let word = Array(word.lowercased())
        guard word.count > 2 else { return nil }
        let limit = min(3, word.count / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased())
            // So many letters more or less are as many changes, however long the words are.
            guard abs(letters.count - word.count) <= limit else { continue }
            let distance = distance(word, letters)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// Insertions, deletions, replacements and swaps of neighbours (Damerau's restricted edit distance).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                var cost = min(
                    last[column] + (left[row] == right[column] ? 0 : 1),
                    last[column + 1] + 1,
                    current[column] + 1
                )
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
