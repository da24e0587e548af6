package import RunModel
import Terminal

/// Renders findings as a compiler does: position, message, the line they stand on, a caret, and the hint.
///
/// Rendering is pure: it takes the source text and gives text back, with ANSI colours only when asked.
package struct FindingRenderer: Sendable {
    /// Colours the severity, the position and the caret; default `false`.
    package var isColoured: Bool
    /// Columns between tab stops in the printed source line; default 4.
    package var tabWidth: Int

    package init(isColoured: Bool = false, tabWidth: Int = 4) {
        self.isColoured = isColoured
        self.tabWidth = max(1, tabWidth)
    }

    /// Renders all findings in order, one blank line between them, with a final line of counts.
    ///
    /// `file` names the source where a finding does not name a file of its own; `source` is that file's content.
    package func render(_ findings: [Finding], file: String, source: [UInt8]) -> String {
        let lines = SourceText(source).lines
        var parts = findings.map { finding in
            let isHere = finding.file == nil || finding.file == file
            return render(finding, file: file, line: isHere ? line(finding.line, of: lines) : nil)
        }
        if let summary = Self.summary(of: findings) { parts.append(summary + "\n") }
        return parts.joined(separator: "\n")
    }

    /// Counts of errors and warnings as a sentence, or `nil` when there are neither.
    package static func summary(of findings: [Finding]) -> String? {
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count { $0.severity == .warning }
        var parts: [String] = []
        if errors > 0 { parts.append(errors == 1 ? "1 error" : "\(errors) errors") }
        if warnings > 0 { parts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private func line(_ number: Int, of lines: [SourceLine]) -> String? {
        number >= 1 && number <= lines.count ? lines[number - 1].text : nil
    }

    private func render(_ finding: Finding, file: String, line: String?) -> String {
        var position = finding.file ?? file
        if finding.line > 0 { position += ":\(finding.line)" }
        if finding.line > 0, finding.column > 0 { position += ":\(finding.column)" }
        let severity = paint("\(finding.severity.rawValue)[\(finding.code)]", colour(of: finding.severity))
        var text = "\(paint(position, "1")): \(severity): \(paint(finding.message, "1"))\n"
        let number = String(finding.line)
        let margin = String(repeating: " ", count: number.count)
        let bar = paint("|", "34")
        if let line {
            let layout = layOut(line, column: finding.column)
            text += " \(margin) \(bar)\n"
            text += " \(paint(number, "34")) \(bar)\(layout.text.isEmpty ? "" : " " + layout.text)\n"
            if let caret = layout.caret {
                let spaces = String(repeating: " ", count: caret)
                text += " \(margin) \(bar) \(spaces)\(paint("^", colour(of: finding.severity)))\n"
            }
        }
        if let hint = finding.hint { text += " \(margin) \(paint("=", "34")) hint: \(hint)\n" }
        return text
    }

    /// The line with tabs expanded and control characters made visible, and the cells before the caret.
    private func layOut(_ line: String, column: Int) -> (text: String, caret: Int?) {
        var text = ""
        var width = 0
        var caret: Int?
        var position = 1
        for character in line {
            if position == column { caret = width }
            position += 1
            if character == "\t" {
                let step = tabWidth - width % tabWidth
                text += String(repeating: " ", count: step)
                width += step
            } else if let scalar = character.unicodeScalars.first, scalar.properties.generalCategory == .control {
                text.append("\u{FFFD}")
                width += 1
            } else {
                text.append(character)
                width += DisplayWidth.of(character)
            }
        }
        if column > 0, caret == nil { caret = width }
        return (text, caret)
    }

    private func colour(of severity: Finding.Severity) -> String {
        switch severity {
        case .error: "1;31"
        case .warning: "1;33"
        case .note: "1;36"
        }
    }

    private func paint(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
