import Foundation
import RunModel
import Terminal

/// Draws a run as it stands: a pure function of model, size and time.
struct FrameRenderer: Sendable {
    var signs = SignSet.unicode

    /// Lines that are no agents: title, two blanks, stages, counts, one for "more".
    private static let linesBesideAgents = 6
    /// The newest notes that are shown while the run goes on.
    private static let notesShown = 2

    /// The lines, each at most `width` columns; agents are left out where the height does not hold all.
    func frame(_ model: ProgressModel, width: Int, height: Int = .max, now: Date) -> [StyledText] {
        guard model.record.created != nil else { return [] }
        let notes = model.notes.filter { $0.severity != .note }.suffix(Self.notesShown)
        let room = height == .max ? Int.max : max(1, height - Self.linesBesideAgents - notes.count)
        var lines = [heading(model, width: width), StyledText()]
        lines += agents(model, width: width, room: room, now: now)
        lines.append(StyledText())
        let spinner = signs.spinner.frame(at: model.elapsed(at: now))
        lines.append(model.stageLine.line(signs: signs, spinner: spinner, room: width).cut(to: width))
        lines.append(counts(model, width: width, now: now))
        for note in notes {
            let text = "\(signs.warning) \(CleanText.line(note.message))"
            lines.append(StyledText(DisplayWidth.cut(text, to: width, mark: signs.ellipsis), note.severity.style))
        }
        return lines
    }

    /// Title at the left; the run's id at the right, where both fit.
    private func heading(_ model: ProgressModel, width: Int) -> StyledText {
        guard let created = model.record.created else { return StyledText() }
        let title = StyledText(CleanText.line(created.plan.title), .bold)
        let id = StyledText(created.run.rawValue, .dim)
        return title.width + 2 + id.width <= width ? Self.spread(title, id, width: width) : title.cut(to: width)
    }

    /// How many agents are where, what they consumed, and how long the run takes.
    private func counts(_ model: ProgressModel, width: Int, now: Date) -> StyledText {
        var parts: [StyledText] = []
        let waves = model.record.created?.plan.waves.count ?? 0
        if waves > 1 { parts.append(StyledText("wave \(max(1, model.record.waves.count)) of \(waves)")) }
        let stages = model.assignments.map { model.stage(of: $0.id) }
        for stage in AgentStage.allCases.reversed() {
            let count = stages.count { $0 == stage }
            if count > 0 { parts.append(StyledText("\(count) \(stage.rawValue)", stage == .refused ? .red : .plain)) }
        }
        parts += model.totalUsage.texts.map { StyledText($0, .dim) }
        var left = StyledText()
        for part in parts {
            if !left.isEmpty { left.append(" \(signs.separator) ", .dim) }
            left.append(part)
        }
        let right = StyledText(QuantityText.duration(model.elapsed(at: now)), .bold)
        return Self.spread(left.cut(to: max(1, width - right.width - 2)), right, width: width)
    }

    /// One text at each edge.
    static func spread(_ left: StyledText, _ right: StyledText, width: Int) -> StyledText {
        left.fit(to: max(left.width, width - right.width)) + right
    }
}
