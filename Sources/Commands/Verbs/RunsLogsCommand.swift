import ArgumentParser
import Foundation
import Orchestrator
import RunModel
import Terminal

/// `switchyard runs logs`.
struct RunsLogsCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what an agent printed.",
        discussion: """
            EXAMPLES:
              switchyard runs logs latest B
              switchyard runs logs latest B --errors --attempt 1
              switchyard runs logs latest B --follow
            """
    )

    @Argument(help: ArgumentHelp("The run's id, the beginning of it, or 'latest'.", valueName: "run"))
    var run: String

    @Argument(help: ArgumentHelp("The agent's id.", valueName: "agent"))
    var agent: String

    @Option(help: ArgumentHelp("Which try; the last one when not given.", valueName: "n"))
    var attempt: Int?

    @Flag(help: "Print what it wrote to its standard error.")
    var errors = false

    @Flag(name: [.short, .long], help: "Go on printing until the try ends.")
    var follow = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let composition = try await RunComposition.make(in: context)
        let folder = try composition.run(named: run)
        let record = try composition.store.load(folder.run)
        let id = try agent(in: record)
        let number = try number(of: id, in: record)
        let path = folder.attempt(id, number) + (errors ? "/stderr.log" : "/stdout.log")
        var tail = LogTail(path: path, isCleaned: context.outputTraits.isTerminal)
        try tail.copy(to: context.output)
        while follow, try isGoingOn(id, number, composition, folder) {
            try await Task.sleep(for: .milliseconds(200))
            try tail.copy(to: context.output)
        }
        try tail.finish(to: context.output)
        return .success
    }

    private func agent(in record: RunRecord) throws(CommandFailure) -> AgentID {
        if let id = record.agents.keys.first(where: { $0.rawValue.lowercased() == agent.lowercased() }) { return id }
        let known = record.agents.keys.map(\.rawValue).sorted()
        throw .usage(
            "There is no agent '\(agent)' in that run.",
            hint: "The agents are \(known.joined(separator: ", "))."
        )
    }

    private func number(of id: AgentID, in record: RunRecord) throws(CommandFailure) -> Int {
        let attempts = record.agents[id]?.attempts.map(\.started.attempt) ?? []
        guard let last = attempts.last else {
            throw .usage("The agent '\(id)' has not started yet, so it has printed nothing.")
        }
        guard let attempt else { return last }
        guard attempts.contains(attempt) else {
            throw .usage("The agent '\(id)' has made no try \(attempt).", hint: "It made \(attempts.count).")
        }
        return attempt
    }

    private func isGoingOn(
        _ id: AgentID,
        _ number: Int,
        _ composition: RunComposition,
        _ folder: RunFolder
    ) throws -> Bool {
        let record = try composition.store.load(folder.run)
        let attempt = record.agents[id]?.attempts.last { $0.started.attempt == number }
        return attempt?.finished == nil && composition.store.isActive(folder.run)
    }
}

/// Copies a growing file to a sink, line by line.
struct LogTail {
    private static let chunkSizeInBytes = 1 << 20

    private let path: String
    private let isCleaned: Bool
    private var offset: UInt64 = 0
    /// Bytes after the last line break.
    private var rest: [UInt8] = []

    init(path: String, isCleaned: Bool) {
        self.path = path
        self.isCleaned = isCleaned
    }

    /// Copies the lines that are complete and were not copied before; a file that is not there yet has none.
    mutating func copy(to sink: any TextSink) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        try file.seek(toOffset: offset)
        while let data = try file.read(upToCount: Self.chunkSizeInBytes), !data.isEmpty {
            offset += UInt64(data.count)
            rest += data
            guard let end = rest.lastIndex(of: 10) else { continue }
            write(rest[...end], to: sink)
            rest.removeFirst(end + 1)
        }
    }

    /// Copies what stands after the last line break.
    mutating func finish(to sink: any TextSink) throws {
        try copy(to: sink)
        if !rest.isEmpty { write(rest[...], to: sink) }
        if !rest.isEmpty, isCleaned { sink.write("\n") }
        rest = []
    }

    private func write(_ bytes: ArraySlice<UInt8>, to sink: any TextSink) {
        let text = String(decoding: bytes, as: UTF8.self)
        sink.write(isCleaned ? CleanText.lines(text).joined(separator: "\n") : text)
    }
}
