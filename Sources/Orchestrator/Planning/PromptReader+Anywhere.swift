import RunModel

/// What counts in any section.
extension PromptReader {
    /// What counts in any section: a commit command, `Depends on:`, `Model:`.
    mutating func readAnywhere(_ range: Range<Int>) {
        for index in range where !skipped.contains(index) {
            let block = document.blocks[index]
            if parts.commitMessage == nil {
                if let fence = block.fence, fence.isCommands || fence.isPlain, fence.calls.isEmpty {
                    if let message = Self.commitMessage(Array(document.lines[fence.body])) { setMessage(message) }
                } else if block.isLine, block.text.contains("git commit"), block.text.contains("-m"),
                    let message = Self.commitMessage([document.lines[block.lines.lowerBound]])
                {
                    setMessage(message)
                }
            }
            guard block.isLine else { continue }
            let line = document.line(of: block)
            update { $0.forbidden += Prohibition.items(block.text, line: line, column: block.column) }
            readKeyed(block)
            readSentences(block, line: line)
        }
    }

    private static let waiting = ["starts after", "runs after", "waits for", "must wait for"]
    private static let signals = waiting + ["commit as", "to test run"]

    /// Running text that says what labels say elsewhere.
    private mutating func readSentences(_ block: Block, line: Int) {
        let all = Inline.words(block.text)
        if Inline.hasWords(all, "owns") { readOwning(block, line: line) }
        guard Self.signals.contains(where: { Inline.hasWords(all, $0) }) else { return }
        for sentence in block.text.split(separator: ". ") {
            let words = Inline.words(String(sentence))
            if words.hasPrefix("commit as "), let message = Inline.codeSpans(String(sentence)).first?.text {
                setMessage(message)
            } else if words.hasPrefix("to test run ") {
                let commands = Self.commands(inProse: String(sentence))
                update { $0.stepTests += commands }
            }
            let lower = sentence.lowercased()
            for phrase in Self.waiting {
                guard let range = lower.firstRange(of: phrase), lower.utf8.count == sentence.utf8.count else {
                    continue
                }
                let length = lower.utf8.distance(from: lower.startIndex, to: range.upperBound)
                let tail = Substring(sentence.utf8.dropFirst(length)).prefix { !",;(".contains($0) }
                // `Needs the names of X2 and the rates of X1. Runs after both.`
                let names = ["both", "them"].contains(Inline.words(String(tail))) ? block.text : String(tail)
                update { $0.dependencies.append((names, line, block.column + 1)) }
            }
        }
    }

    /// `North owns src/a.py, and in src/b.py only run()`, said of the agent whose part it is.
    private mutating func readOwning(_ block: Block, line: Int) {
        guard let name = agent.map({ Inline.words($0) }) else { return }
        for sentence in block.text.split(separator: ". ") {
            guard let range = sentence.firstRange(of: " owns ") else { continue }
            let head = Inline.words(String(sentence[..<range.lowerBound]))
            let tail = String(sentence[range.upperBound...])
            guard [name, name + " also"].contains(where: { head == $0 || head.hasSuffix(" " + $0) }),
                !Inline.hasWords(Inline.words(tail), "nothing")
            else { continue }
            let column = block.column + block.text.distance(from: block.text.startIndex, to: range.upperBound)
            update { $0.scoped += PathListReader.read(tail, line: line, column: column) }
        }
    }

    private mutating func readKeyed(_ block: Block) {
        guard let colon = block.text.firstIndex(of: ":"),
            block.text.distance(from: block.text.startIndex, to: colon) < 40
        else { return }
        let key = Inline.words(String(block.text[..<colon]))
        let value = LineShape.trim(block.text[block.text.index(after: colon)...].drop { $0 == "*" || $0 == " " })
        guard !value.isEmpty else { return }
        let line = document.line(of: block)
        let column = block.column + block.text.count - value.count
        let word = Inline.plain(value).split { $0.isWhitespace || $0 == "," || $0 == "(" }.first.map(String.init)
        update { parts in
            switch key {
            case "depends on", "dependencies", "depends", "dependency", "blocked by", "wait for", "waits for",
                "requires agent", "runs after",
                "run after", "after":
                parts.dependencies.append((value, line, column))
            case "model": parts.model = parts.model ?? word.map(ModelName.normal)
            case "isolation": parts.isolation = parts.isolation ?? word?.lowercased()
            case "engine": parts.engine = parts.engine ?? word?.lowercased()
            default: break
            }
        }
    }
}
