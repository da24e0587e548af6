import RunModel

/// The commit message.
extension PromptReader {
    mutating func readCommit(_ section: Section) {
        guard parts.commitMessage == nil else { return }
        if let text = section.inlineText {
            return readCommitLine(text, isMessage: section.title.lowercased().hasSuffix("message"))
        }
        var prose: String?
        for (_, block) in blocks(section) {
            if let fence = block.fence {
                let lines = Array(document.lines[fence.body])
                if let message = Self.commitMessage(lines) { return setMessage(message) }
                if fence.isPlain, !lines.contains(where: { $0.text.hasPrefix("git ") }) {
                    return setMessage(LineShape.trim(lines.map(\.text).joined(separator: "\n")))
                }
            } else if case .quote = block.kind {
                return setMessage(quote(from: block.lines.lowerBound, in: section))
            } else if block.isLine {
                let lines = Array(
                    document.lines[block.lines.lowerBound..<min(block.lines.lowerBound + 30, document.lines.count)]
                )
                if block.text.contains("git commit") {
                    if let message = Self.commitMessage(lines) { return setMessage(message) }
                } else if prose == nil, !block.text.hasPrefix("git "), let message = Self.message(inProse: block.text) {
                    prose = message
                }
            }
        }
        if let prose { setMessage(prose) }
    }

    /// `Commit: feat: add x`, in backticks or not; a phrase without a mark of either kind is advice.
    private mutating func readCommitLine(_ text: String, isMessage: Bool) {
        let span = Inline.codeSpans(text).first?.text
        if text.contains("git commit") {
            let line = SourceLine(text: text, number: 0)
            if let message = Self.commitMessage([line]) { setMessage(message) }
        } else if !isMessage, text.hasPrefix("`"), let span {
            if !CommandShape.isCommand(span, isCode: true) { setMessage(span) }
        } else if isMessage || text.hasPrefix("\"") || text.contains(": ") {
            setMessage(Self.bare(text))
        }
    }

    /// The lines of a block quote without their marks.
    private func quote(from line: Int, in section: Section) -> String {
        let rest = blocks(section).map { $0.block }.drop { $0.lines.lowerBound < line }
        let quoted = rest.prefix { if case .quote = $0.kind { true } else { false } }
        return LineShape.trim(quoted.map(\.text).joined(separator: "\n"))
    }

    mutating func setMessage(_ message: String) {
        guard !message.isEmpty else { return }
        update { $0.commitMessage = $0.commitMessage ?? message }
    }

    private static func bare(_ text: String) -> String {
        var view = Substring(LineShape.trim(text))
        for mark in ["`", "\"", "'"] where view.count > 2 && view.hasPrefix(mark) && view.hasSuffix(mark) {
            view = view.dropFirst().dropLast()
        }
        return String(view)
    }

    private static func message(inProse text: String) -> String? {
        let lower = text.lowercased()
        if let span = Inline.codeSpans(text).first?.text, span != text {
            let isMessage = span.contains(": ") || lower.contains("message")
            if isMessage, !CommandShape.isCommand(span, isCode: true) { return bare(span) }
            if lower.hasPrefix("commit") || lower.hasPrefix("use") { return nil }
        }
        for start in [
            "commit your", "commit all", "commit the", "commit early", "commit often", "commit to", "commit only",
            "do not",
            "don't", "commit with", "stage", "one commit", "make sure", "run ", "commit after", "commit when",
        ] where lower.hasPrefix(start) {
            return nil
        }
        for label in ["message:", "commit message:", "commit:"] where lower.hasPrefix(label) {
            return bare(String(text.dropFirst(label.count)))
        }
        return bare(text)
    }

    /// The message of the first `git commit -m`, here-documents included.
    static func commitMessage(_ lines: [SourceLine]) -> String? {
        for (index, line) in lines.enumerated() {
            guard let range = line.text.firstRange(of: "git commit") else { continue }
            let tail = String(line.text[range.lowerBound...])
            if tail.contains("<<") {
                let body = lines[(index + 1)...].prefix(40).prefix {
                    !["EOF", "MSG", "END"].contains(LineShape.trim($0.text))
                }
                let text = LineShape.trim(body.map(\.text).joined(separator: "\n"))
                if !text.isEmpty { return text }
            }
            for step in ShellCommands.steps(tail.replacing("`", with: "")) where step.hasPrefix("git commit") {
                if let message = ShellCommands.message(ShellCommands.words(step)) { return message }
            }
        }
        return nil
    }
}
