import RunModel
import Terminal

/// Shows findings as a compiler does: place, severity, message, the line, a caret, the hint.
struct FindingLines {
    var traits: TerminalTraits

    func lines(_ findings: [Finding], sources: [String: String], standardFile: String = "") -> [StyledText] {
        var lines: [StyledText] = []
        for (index, finding) in findings.enumerated() {
            if index > 0, finding.line > 0 || lines.last?.text.hasPrefix("  ") == true { lines.append(StyledText()) }
            let file = finding.file ?? standardFile
            lines.append(heading(finding, file: file))
            if finding.line > 0, let source = sources[file] { lines += excerpt(finding, source: source) }
            if let hint = finding.hint {
                lines.append(StyledText("  hint: ", .cyan) + StyledText(CleanText.line(hint)))
            }
        }
        return lines
    }

    private func heading(_ finding: Finding, file: String) -> StyledText {
        var line = StyledText()
        if finding.line > 0 { line.append("\(CleanText.line(file)):\(finding.line):\(max(1, finding.column)): ", .bold) }
        line.append(finding.severity.rawValue + ": ", finding.severity.style.strong)
        line.append(CleanText.line(finding.message))
        line.append(" [\(finding.code)]", .dim)
        return line
    }

    private func excerpt(_ finding: Finding, source: String) -> [StyledText] {
        let sourceLines = source.split(separator: "\n", maxSplits: finding.line, omittingEmptySubsequences: false)
        guard sourceLines.indices.contains(finding.line - 1) else { return [] }
        let raw = sourceLines[finding.line - 1]
        let gutter = String(finding.line)
        // Tabs become one space in both, so that the caret stands under its character.
        let before = DisplayWidth.of(CleanText.line(String(raw.prefix(max(0, finding.column - 1)))))
        let margin = String(repeating: " ", count: gutter.count)
        return [
            StyledText("  \(gutter) | ", .dim) + StyledText(CleanText.line(String(raw))),
            StyledText("  \(margin) | ", .dim)
                + StyledText(String(repeating: " ", count: before) + "^", finding.severity.style.strong),
        ]
    }
}

extension Finding.Severity {
    var style: Style {
        switch self {
        case .error: .red
        case .warning: .yellow
        case .note: .cyan
        }
    }
}
