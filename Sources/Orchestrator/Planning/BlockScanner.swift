import RunModel

/// Turns lines into blocks, looking at each line a bounded number of times.
struct BlockScanner {
    private let lines: [SourceLine]
    private var index = 0
    private var blocks: [Block] = []
    private var findings: [Finding] = []
    private var steps = 0
    /// Calls and fences that could not be closed; each costs a look at the rest of the file, so they are bounded.
    private var failures = 0
    private static let failureLimit = 24

    private init(_ lines: [SourceLine]) {
        self.lines = lines
    }

    /// Scans a whole document, or the lines of a prompt.
    static func scan(_ lines: [SourceLine]) -> Document {
        var scanner = BlockScanner(lines)
        while scanner.index < lines.count { scanner.scanBlock() }
        return Document(
            lines: lines,
            blocks: scanner.blocks,
            findings: scanner.findings,
            steps: scanner.steps
        )
    }

    private mutating func scanBlock() {
        steps += 1
        let text = lines[index].text
        if LineShape.isBlank(text) { return add(.blank, "", 0) }
        if let fence = LineShape.fence(text) { return scanFence(fence) }
        if let heading = LineShape.heading(text) {
            return add(.heading(level: heading.level), heading.text, heading.column)
        }
        if text.utf8.first(where: { $0 != 0x20 }) == 0x3C, text.contains("<!--") { return scanComment() }
        if LineShape.isRule(text) { return add(.rule, "", 0) }
        let lead = LineShape.leading(text)
        if text.dropFirst(lead).hasPrefix(">") { return scanQuote(lead) }
        if index + 1 < lines.count, text.utf8.contains(0x7C), LineShape.isTableDelimiter(lines[index + 1].text) {
            return scanTable()
        }
        if let item = LineShape.item(text) {
            return add(.item(ordinal: item.ordinal), LineShape.trim(text.dropFirst(item.column)), item.column)
        }
        if PythonCallScanner.startsCall(text), let call = scanCall(), call.prompt != nil {
            let range = call.lines
            let fence = Fence(info: "python", body: range, calls: [call], isClosed: true)
            let block = Block(kind: .fence(fence), lines: range, text: "", column: 0, indent: 0)
            blocks.append(block)
            index = range.upperBound
            return
        }
        if let level = underline(below: text) {
            add(.heading(level: level), LineShape.trim(text), lead)
            blocks[blocks.count - 1].lines = index - 1..<index + 1
            index += 1
            return
        }
        add(.text, LineShape.trim(text), lead)
    }

    /// The level of a heading whose underline is the next line.
    ///
    /// Many writers put a rule straight below a paragraph, so only a short line of its own, and no sentence, counts.
    private func underline(below text: String) -> Int? {
        guard index + 1 < lines.count, index == 0 || LineShape.isBlank(lines[index - 1].text), text.utf8.count < 120,
            LineShape.indent(text) < 4,
            let last = LineShape.trim(text).last, !".!?:;,*".contains(last)
        else { return nil }
        return LineShape.underline(lines[index + 1].text)
    }

    private mutating func add(_ kind: Block.Kind, _ text: String, _ column: Int) {
        let line = lines[index]
        blocks.append(
            Block(
                kind: kind,
                lines: index..<index + 1,
                text: text,
                column: line.columnOffset + column,
                indent: LineShape.indent(line.text)
            )
        )
        index += 1
    }

    private mutating func scanQuote(_ lead: Int) {
        let rest = lines[index].text.dropFirst(lead).drop { $0 == ">" || $0 == " " }
        add(.quote, LineShape.trim(rest), lines[index].text.count - rest.count)
    }

    /// A comment that is closed later; an unclosed one is text.
    private mutating func scanComment() {
        var end = index
        while failures < Self.failureLimit, end < lines.count, end < index + 2_000, !lines[end].text.contains("-->") {
            steps += 1
            end += 1
        }
        guard failures < Self.failureLimit, end < lines.count, lines[end].text.contains("-->") else {
            failures += 1
            return add(.text, LineShape.trim(lines[index].text), 0)
        }
        let range = index..<end + 1
        blocks.append(Block(kind: .comment, lines: range, text: "", column: 0, indent: 0))
        index = end + 1
    }

    private mutating func scanTable() {
        let start = index
        let header = Table.Row(cells: LineShape.cells(lines[index]), line: index)
        index += 2
        var rows: [Table.Row] = []
        while index < lines.count, lines[index].text.utf8.contains(0x7C), LineShape.fence(lines[index].text) == nil {
            steps += 1
            rows.append(Table.Row(cells: LineShape.cells(lines[index]), line: index))
            index += 1
        }
        let table = Table(header: header, rows: rows)
        let indent = LineShape.indent(lines[start].text)
        blocks.append(Block(kind: .table(table), lines: start..<index, text: "", column: 0, indent: indent))
    }

    private mutating func scanCall(at row: Int? = nil) -> PythonCall? {
        guard failures < Self.failureLimit else { return nil }
        var scanner = PythonCallScanner(lines: lines, row: row ?? index)
        let call = scanner.scan()
        steps += scanner.steps
        if call == nil || scanner.isUnclosed { failures += 1 }
        if let call, call.isUnclosed {
            let line = lines[call.lines.lowerBound]
            findings.append(
                Finding(
                    .error,
                    "unclosed-prompt",
                    "the prompt of `\(call.name)(...)` has no closing quotes",
                    line: line.number,
                    column: line.columnOffset + 1,
                    hint: "end the prompt with its three quotes at the start of a line, followed by `)`"
                )
            )
        }
        return call
    }

    // MARK: Fences

    private mutating func scanFence(_ opening: LineShape.FenceLine) {
        let start = index
        var stack = FenceStack(opening)
        var calls: [PythonCall] = []
        var next = start + 1
        while next < lines.count {
            steps += 1
            let text = lines[next].text
            if stack.depth == 1, PythonCallScanner.startsCall(text), let call = scanCall(at: next), call.prompt != nil {
                calls.append(call)
                next = call.lines.upperBound
                if call.isUnclosed {
                    return closeFence(opening, start, bodyEnd: next, next: next, calls, isClosed: true)
                }
                continue
            }
            stack.take(text)
            if stack.depth == 0 {
                return closeFence(opening, start, bodyEnd: next, next: next + 1, calls, isClosed: true)
            }
            next += 1
        }
        recoverFence(opening, start, calls)
    }

    private mutating func closeFence(
        _ opening: LineShape.FenceLine,
        _ start: Int,
        bodyEnd: Int,
        next: Int,
        _ calls: [PythonCall],
        isClosed: Bool
    ) {
        let fence = Fence(
            info: opening.info,
            body: start + 1..<max(bodyEnd, start + 1),
            calls: calls,
            isClosed: isClosed
        )
        let indent = LineShape.indent(lines[start].text)
        blocks.append(Block(kind: .fence(fence), lines: start..<next, text: opening.info, column: 0, indent: indent))
        index = next
    }

    /// A fence that reaches the end of the file: it ends before the next agent's heading, if there is one.
    private mutating func recoverFence(_ opening: LineShape.FenceLine, _ start: Int, _ calls: [PythonCall]) {
        failures += 1
        let line = lines[start]
        let column = line.columnOffset + LineShape.leading(line.text) + 1
        findings.append(
            Finding(
                .warning,
                "unclosed-fence",
                "this fence is never closed",
                line: line.number,
                column: column,
                hint: "close it with \(String(repeating: opening.marker, count: opening.length)) on a line of its own"
            )
        )
        var end = lines.count
        if failures < Self.failureLimit {
            var next = (calls.last?.lines.upperBound ?? start) + 1
            while next < lines.count {
                steps += 1
                if let heading = LineShape.heading(lines[next].text), AgentHeading.parse(heading.text) != nil {
                    end = next
                    break
                }
                next += 1
            }
        }
        closeFence(
            opening,
            start,
            bodyEnd: end,
            next: end,
            calls.filter { $0.lines.upperBound <= end },
            isClosed: false
        )
    }
}
