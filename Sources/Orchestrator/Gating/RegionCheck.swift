import RunModel

/// Decides whether a change to a shared file stays within the part an agent owns.
struct RegionCheck: Sendable {
    enum Answer: Hashable, Sendable {
        case kept
        /// Allowed, but no check can tell; the text says why.
        case restsOnReview(String)
        /// Leaves the region; the line counts in the new file, or in the base when the new file has no such line.
        case broken(line: Int, why: String)
    }

    let region: Region

    func answer(_ change: FileChange) -> Answer {
        switch change.kind {
        case .deleted: return .broken(line: 0, why: "it deletes or renames the whole file")
        case .added:
            guard change.newEntry == .file else {
                return .broken(line: 0, why: "it creates \(Self.name(change.newEntry)) there")
            }
            return region.kind == .prose ? review : .kept
        case .modified: break
        }
        guard !change.isEntryChange else {
            return .broken(
                line: 0,
                why: "it turns \(Self.name(change.oldEntry)) into \(Self.name(change.newEntry))"
            )
        }
        guard change.isText else { return .broken(line: 0, why: "it changes a file that is not readable text") }
        switch region.kind {
        case .append: return appended(change)
        case .symbols: return symbols(change)
        case .prose: return review
        }
    }

    /// Only what follows the last base line may be new.
    private func appended(_ change: FileChange) -> Answer {
        if change.new.starts(with: change.old) {
            // Without a last line feed at the base the new text must begin by ending that line.
            let rest = change.new.dropFirst(change.old.count)
            let isLineEnded = change.old.isEmpty || change.old.last == UInt8(ascii: "\n")
            let breaksLine = rest.first == UInt8(ascii: "\n") || rest.starts(with: Array("\r\n".utf8))
            if isLineEnded || breaksLine { return .kept }
        }
        let equal = zip(change.old, change.new).prefix { $0 == $1 }
        let line =
            1
            + equal.reduce(into: 0) { count, pair in
                if pair.0 == UInt8(ascii: "\n") { count += 1 }
            }
        let last = TextLines(change.old).count
        return .broken(line: line, why: "it changes line \(line), and only lines after line \(last) may be new")
    }

    /// Cut out the named definitions on both sides: what is left must be equal.
    ///
    /// Unlike hunks this does not depend on where a diff chooses to begin an insertion among equal lines.
    private func symbols(_ change: FileChange) -> Answer {
        let (oldRanges, newRanges) = (SymbolRanges(change.old), SymbolRanges(change.new))
        let old = region.symbols.flatMap(oldRanges.ranges)
        let new = region.symbols.flatMap(newRanges.ranges)
        let names = region.symbols.map { "`\($0)`" }.joined(separator: ", ")
        if old.isEmpty, new.isEmpty {
            let isNamed = change.contexts.allSatisfy { context in
                region.symbols.contains { Self.words(context).isSuperset(of: Self.words($0)) }
            }
            if isNamed, !change.contexts.isEmpty { return .kept }
            return .restsOnReview("no definition of \(names) was found in the file")
        }
        let oldRest = Self.rest(of: TextLines(change.old), without: old)
        let newRest = Self.rest(of: TextLines(change.new), without: new)
        let same = zip(oldRest, newRest).prefix { $0.text == $1.text }.count
        if same == oldRest.count, same == newRest.count { return .kept }
        let line = same < newRest.count ? newRest[same].number : oldRest[same].number
        return .broken(line: line, why: "it changes line \(line), which is outside of \(names)")
    }

    private var review: Answer { .restsOnReview("the row says `\(region.text)`, which no check can measure") }

    /// The lines outside the ranges; blank lines are left out, because definitions come and go with some.
    private static func rest(
        of lines: TextLines,
        without ranges: [ClosedRange<Int>]
    ) -> [(number: Int, text: ArraySlice<UInt8>)] {
        var isCut = [Bool](repeating: false, count: lines.count + 1)
        for range in ranges {
            for number in range where number <= lines.count { isCut[number] = true }
        }
        return stride(from: 1, through: lines.count, by: 1)
            .filter { !isCut[$0] && !lines.isBlank($0) }.map { ($0, lines[$0]) }
    }

    private static func words(_ text: String) -> Set<Substring> {
        Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") })
    }

    private static func name(_ entry: FileChange.Entry?) -> String {
        switch entry {
        case .file: "a file"
        case .executable: "an executable file"
        case .symbolicLink: "a symbolic link"
        case .submodule: "a submodule"
        case nil: "nothing"
        }
    }
}
