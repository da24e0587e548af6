import Foundation
import RunModel
import Terminal

extension FrameRenderer {
    /// The width of each column; zero leaves the column out.
    private struct Columns {
        static let gap = 2
        static let stage = 9
        static let elapsed = 7

        var id: Int
        var title: Int
        var tokens: Int
        var detail: Int

        init(rows: [AgentRow], width: Int) {
            id = min(10, rows.map { DisplayWidth.of($0.id.rawValue) }.max() ?? 1)
            let longestTitle = rows.map { DisplayWidth.of($0.title) }.max() ?? 0
            // A title tells less than what goes on: it gets at most a quarter, and nothing in a narrow window.
            title = width < 72 ? 0 : min(longestTitle, width / 4)
            tokens = width >= 100 && rows.contains { $0.usage.tokens != nil } ? 6 : 0
            let fixed = 2 + id + Self.gap + Self.stage + Self.gap + Self.gap + Self.elapsed
            detail = max(4, width - fixed - (title > 0 ? title + Self.gap : 0) - (tokens > 0 ? tokens + Self.gap : 0))
        }
    }

    /// A line per agent, and a second one for a refusal that does not fit in the first; agents that count least are
    /// summed up when there is no room for all.
    func agents(_ model: ProgressModel, width: Int, room: Int, now: Date) -> [StyledText] {
        let rows = model.rows(at: now)
        let columns = Columns(rows: rows, width: width)
        let blocks = rows.map { block(for: $0, columns, width: width, elapsed: model.elapsed(at: now)) }
        guard blocks.reduce(0, { $0 + $1.count }) > room else { return Array(blocks.joined()) }
        var left = room
        var shown: Set<Int> = []
        for index in Self.order(rows) where blocks[index].count <= left {
            shown.insert(index)
            left -= blocks[index].count
        }
        var lines = blocks.indices.filter { shown.contains($0) }.flatMap { blocks[$0] }
        let hidden = rows.indices.filter { !shown.contains($0) }.map { rows[$0] }
        let counts = AgentStage.allCases.reversed().compactMap { stage in
            let count = hidden.count { $0.stage == stage }
            return count > 0 ? "\(count) \(stage.rawValue)" : nil
        }
        lines.append(
            StyledText("\(signs.ellipsis) \(hidden.count) more: \(counts.joined(separator: ", "))", .dim).cut(to: width)
        )
        return lines
    }

    /// Where to look first: what moves and what was refused goes before what rests.
    private static func order(_ rows: [AgentRow]) -> [Int] {
        func weight(_ stage: AgentStage) -> Int {
            switch stage {
            case .working, .gating, .preparing: 0
            case .refused, .stopped: 1
            case .passed, .merged: 2
            case .waiting: 3
            case .landed: 4
            }
        }
        return rows.indices.sorted { (weight(rows[$0].stage), $0) < (weight(rows[$1].stage), $1) }
    }

    private func block(for row: AgentRow, _ columns: Columns, width: Int, elapsed: Duration) -> [StyledText] {
        guard let reason = row.reason, DisplayWidth.of(row.detail) > columns.detail else {
            return [line(row, columns, elapsed: elapsed).cut(to: width)]
        }
        var short = row
        short.detail = reason.words
        let indent = String(repeating: " ", count: 2 + columns.id + Columns.gap)
        let rest =
            row.detail.hasPrefix(reason.words + ": ")
            ? String(row.detail.dropFirst(reason.words.count + 2)) : row.detail
        let second = DisplayWidth.cut(rest, to: max(1, width - indent.count), mark: signs.ellipsis)
        return [
            line(short, columns, elapsed: elapsed).cut(to: width),
            (StyledText(indent) + StyledText(second, .red)).cut(to: width),
        ]
    }

    private func line(_ row: AgentRow, _ columns: Columns, elapsed: Duration) -> StyledText {
        let gap = String(repeating: " ", count: Columns.gap)
        var line = sign(row, at: elapsed)
        line.append(" ")
        line.append(cell(row.id.rawValue, columns.id, .bold))
        line.append(gap)
        if columns.title > 0 {
            line.append(cell(row.title, columns.title, row.stage == .waiting ? .dim : .plain))
            line.append(gap)
        }
        line.append(cell(row.stage.rawValue, Columns.stage, style(of: row.stage)))
        line.append(gap)
        line.append(detail(row, width: columns.detail))
        line.append(gap)
        if columns.tokens > 0 {
            let tokens = row.usage.tokens.map { QuantityText.count($0) } ?? ""
            line.append(StyledText(tokens, .dim).fit(to: columns.tokens, alignment: .trailing))
            line.append(gap)
        }
        let time = row.elapsed.map { QuantityText.duration($0) } ?? ""
        line.append(StyledText(time, row.stage.isActive ? .plain : .dim).fit(to: Columns.elapsed, alignment: .trailing))
        return line
    }

    private func cell(_ text: String, _ width: Int, _ style: Style) -> StyledText {
        StyledText(DisplayWidth.cut(text, to: width, mark: signs.ellipsis), style).fit(to: width)
    }

    /// Refusals in red; everything else is dimmed, because it changes all the time.
    private func detail(_ row: AgentRow, width: Int) -> StyledText {
        var text = StyledText()
        if row.attempts > 1, row.stage.isActive { text.append("try \(row.attempts): ", .yellow) }
        let room = max(1, width - text.width)
        text.append(
            DisplayWidth.cut(row.detail, to: room, mark: signs.ellipsis),
            row.stage == .refused ? .red : .dim
        )
        return text.fit(to: width)
    }

    private func sign(_ row: AgentRow, at elapsed: Duration) -> StyledText {
        switch row.stage {
        case .waiting: StyledText(signs.waiting, .dim)
        case .preparing, .working, .gating: StyledText(signs.spinner.frame(at: elapsed), .cyan)
        case .passed, .merged: StyledText(signs.done, .green)
        case .landed: StyledText(signs.landed, .green)
        case .refused: StyledText(signs.failed, .red)
        case .stopped: StyledText(signs.skipped, .yellow)
        }
    }

    private func style(of stage: AgentStage) -> Style {
        switch stage {
        case .waiting: .dim
        case .preparing, .working, .gating: .cyan
        case .passed, .merged, .landed: .green
        case .refused: .red
        case .stopped: .yellow
        }
    }
}
