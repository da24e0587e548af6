import RunModel

/// Finds conflict markers that were committed.
enum ConflictMarkers {
    /// Findings about one file, for markers on lines that the work added.
    ///
    /// `<<<<<<<`, `=======` and `>>>>>>>` in this order at the start of lines are a conflict. One `=======` alone is a
    /// heading's underline, and a lone opening or closing marker is only worth a warning.
    static func findings(_ change: FileChange) -> [Finding] {
        guard change.isText, change.kind != .deleted, change.newEntry != .symbolicLink else { return [] }
        let lines = TextLines(change.new)
        var findings: [Finding] = []
        var opening: (line: Int, isAdded: Bool)?
        var middle: (line: Int, isAdded: Bool)?
        for number in stride(from: 1, through: lines.count, by: 1) {
            guard let marker = Marker(lines[number]) else { continue }
            let isAdded = change.addedLines.contains { $0.contains(number) }
            switch marker {
            case .opening:
                if let opening, opening.isAdded { findings.append(lone(change, opening.line)) }
                (opening, middle) = ((number, isAdded), nil)
            case .middle: if opening != nil { middle = (number, isAdded) }
            case .closing:
                if let first = opening, let second = middle {
                    if first.isAdded || second.isAdded || isAdded {
                        findings.append(conflict(change, first.line, number))
                    }
                } else if isAdded {
                    findings.append(lone(change, number))
                }
                (opening, middle) = (nil, nil)
            }
        }
        if let opening, opening.isAdded { findings.append(lone(change, opening.line)) }
        return findings
    }

    private enum Marker {
        case opening, middle, closing

        init?(_ line: ArraySlice<UInt8>) {
            let run = line.prefix { $0 == line.first }
            guard run.count == 7, let first = line.first else { return nil }
            // A marker is followed by nothing or by a space and a label.
            guard line.count == 7 || line.dropFirst(7).first == UInt8(ascii: " ") else { return nil }
            switch first {
            case UInt8(ascii: "<"): self = .opening
            case UInt8(ascii: "="): self = .middle
            case UInt8(ascii: ">"): self = .closing
            default: return nil
            }
        }
    }

    private static func conflict(_ change: FileChange, _ first: Int, _ last: Int) -> Finding {
        Finding(
            .error,
            "conflict-markers",
            "Lines \(first) to \(last) of '\(change.display)' are an unresolved merge conflict.",
            file: change.display,
            line: first,
            hint: "Decide between the two sides and remove the marker lines."
        )
    }

    private static func lone(_ change: FileChange, _ line: Int) -> Finding {
        Finding(
            .warning,
            "lone-conflict-marker",
            "Line \(line) of '\(change.display)' looks like one marker of a merge conflict.",
            file: change.display,
            line: line,
            hint: "Look whether a conflict was resolved only in part."
        )
    }
}
