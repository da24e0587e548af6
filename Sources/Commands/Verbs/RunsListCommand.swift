import ArgumentParser
import Foundation
import Orchestrator
import RunModel
import Terminal

/// `switchyard runs list`.
struct RunsListCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the runs of this repository, newest first."
    )

    @Flag(help: "Print one JSON object per run.")
    var json = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let composition = try await RunComposition.make(in: context)
        let entries = composition.store.list().map { RunListEntry($0, store: composition.store, now: context.now()) }
        if json {
            for entry in entries {
                context.output.writeLine(String(decoding: try JSONText.encode(entry), as: UTF8.self))
            }
            return .success
        }
        guard !entries.isEmpty else {
            context.talk.writeLine("No run has been started here yet. Start one with: switchyard run FILE")
            return .success
        }
        var table = Table([
            Table.Column("RUN"), Table.Column("STATE"), Table.Column("LANDED", alignment: .trailing),
            Table.Column("STARTED"), Table.Column("TOOK", alignment: .trailing),
            Table.Column("TITLE", isFlexible: true),
        ])
        for entry in entries { table.append(entry.cells) }
        let width = context.outputTraits.isTerminal ? context.outputTraits.size.columns : nil
        for line in table.lines(width: width) {
            context.output.writeLine(line.rendered(isColoured: context.outputTraits.isColoured))
        }
        return .success
    }
}

/// One run in the list.
struct RunListEntry: Encodable {
    var run: RunID
    /// A run's state, or `stopped` when nobody drives it, or `unreadable`.
    var state: String
    var title: String?
    var agents: Int
    var landed: Int
    var startedAt: Date?
    var durationInSeconds: Double?

    init(_ run: RunID, store: RunStore, now: Date) {
        self.run = run
        guard let record = try? store.load(run) else {
            (state, agents, landed) = ("unreadable", 0, 0)
            return
        }
        let isActive = record.finished == nil && store.isActive(run)
        state = record.finished == nil && !isActive ? "stopped" : record.state.rawValue
        title = record.created?.plan.title
        agents = record.agents.count
        landed = record.agents.values.count { $0.isLanded }
        startedAt = record.startedAt
        durationInSeconds = record.startedAt.map { (isActive ? now : record.updatedAt ?? now).timeIntervalSince($0) }
    }

    var cells: [StyledText] {
        let style: Style =
            switch state {
            case "done": landed == agents ? .green : .yellow
            case "failed", "unreadable": .red
            case "cancelled", "stopped": .yellow
            default: .cyan
            }
        let took = durationInSeconds.map { QuantityText.duration(.milliseconds(Int64($0 * 1000))) } ?? ""
        let time = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .current)
            .year().month().day().time(includingFractionalSeconds: false)
        return [
            StyledText(run.rawValue, .bold), StyledText(state, style), StyledText("\(landed)/\(agents)"),
            StyledText(startedAt.map { String($0.formatted(time).prefix(16)) } ?? "", .dim), StyledText(took),
            StyledText(CleanText.line(title ?? "")),
        ]
    }
}
