import Foundation
import Orchestrator
import RunModel
import Terminal

/// Shows a plan to a person: the agents by waves, what each owns, and what happens with their work.
struct PlanPrinter {
    private static let labelWidth = 7

    let context: CommandContext

    /// The plan to the output, its findings to the talk.
    func show(_ source: PlanSource, settings: RunnerSettings) {
        for line in lines(source.plan, settings: settings) {
            context.output.writeLine(line.rendered(isColoured: context.outputTraits.isColoured))
        }
        guard !source.plan.findings.isEmpty else { return }
        context.talk.writeLine()
        context.talk.write(
            FindingRenderer(isColoured: context.talkTraits.isColoured)
                .render(source.plan.findings, file: source.file, source: source.bytes)
        )
    }

    func lines(_ plan: Plan, settings: RunnerSettings) -> [StyledText] {
        let width = context.outputTraits.isTerminal ? context.outputTraits.size.columns : 100
        let title = StyledText(CleanText.line(plan.title), .bold)
        var lines = [title, StyledText(summary(plan, settings: settings), .dim)]
        for (index, wave) in plan.waves.enumerated() {
            lines.append(StyledText())
            if plan.waves.count > 1 { lines.append(StyledText("Wave \(index + 1)", .cyan)) }
            for (position, assignment) in wave.agents.compactMap({ plan[$0] }).enumerated() {
                if position > 0 { lines.append(StyledText()) }
                lines += agent(assignment, plan: plan, settings: settings, width: width)
            }
        }
        let after = afterwards(plan, settings: settings).flatMap { labelled($0.0, $0.1, indent: 0, width: width) }
        return lines + (after.isEmpty ? [] : [StyledText(), StyledText("Then", .cyan)] + after)
    }

    private func summary(_ plan: Plan, settings: RunnerSettings) -> String {
        var parts = [plan.file, QuantityText.counted(plan.assignments.count, "agent")]
        if plan.waves.count > 1 { parts.append("\(plan.waves.count) waves") }
        if let base = plan.base ?? settings.base { parts.append("base \(base)") }
        parts.append("at most \(plan.maxParallel ?? settings.maxParallel) at a time")
        return CleanText.line(parts.joined(separator: ", "))
    }

    private func agent(_ assignment: Assignment, plan: Plan, settings: RunnerSettings, width: Int) -> [StyledText] {
        let engine = assignment.engine ?? settings.engine
        var heading = StyledText("  \(assignment.id)", .bold) + StyledText("  " + CleanText.line(assignment.title))
        heading.append("  \(engine)\(assignment.model.map { "/\($0)" } ?? "")", .dim)
        var lines = [heading.cut(to: max(40, width))]
        let owned = assignment.ownership.owned.map(\.text)
        lines += labelled("owns", owned.isEmpty ? "nothing" : owned.joined(separator: ", "), indent: 5, width: width)
        let forbidden = assignment.ownership.forbidden.map(\.description)
        if !forbidden.isEmpty { lines += labelled("not", forbidden.joined(separator: ", "), indent: 5, width: width) }
        for test in assignment.tests { lines += labelled("tests", test, indent: 5, width: width) }
        if !assignment.dependsOn.isEmpty {
            lines += labelled(
                "after",
                assignment.dependsOn.map(\.rawValue).joined(separator: ", "),
                indent: 5,
                width: width
            )
        }
        return lines
    }

    private func afterwards(_ plan: Plan, settings: RunnerSettings) -> [(String, String)] {
        var rows: [(String, String)] = []
        if !plan.mergeOrder.isEmpty { rows.append(("merge", plan.mergeOrder.map(\.rawValue).joined(separator: ", "))) }
        if !plan.append.isEmpty { rows.append(("append", plan.append.joined(separator: ", "))) }
        for rule in plan.collect { rows.append(("collect", "\(rule.pattern) into \(rule.target)")) }
        for command in plan.verify { rows.append(("verify", command)) }
        if let push = plan.push {
            rows.append(("push", "\(push.remote)/\(push.branch)" + (settings.isPushEnabled ? "" : " (switched off)")))
        }
        for step in plan.preflight where step.handling == .skipped { rows.append(("skip", step.command)) }
        return rows
    }

    private func labelled(_ label: String, _ text: String, indent: Int, width: Int) -> [StyledText] {
        let margin = String(repeating: " ", count: indent + 2)
        let room = max(30, width - margin.count - Self.labelWidth - 1)
        return DisplayWidth.wrap(CleanText.line(text), to: room).enumerated().map { index, line in
            let head = DisplayWidth.fit(index == 0 ? label : "", to: Self.labelWidth)
            return StyledText(margin + head + " ", .dim) + StyledText(line)
        }
    }
}

extension OwnedPath {
    /// `src/cache.py (new)`, `web/app.py (append)`.
    var text: String {
        var notes = isNew ? ["new"] : []
        if let region { notes.append(region.kind == .append ? "append" : CleanText.line(region.text)) }
        return pattern.description + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
    }
}
