import Foundation
import Orchestrator
import RunModel
import Services
import Terminal

/// Shows a run while it goes on, and stops it when a person asks.
struct DrivenRun: Sendable {
    let composition: RunComposition
    let context: CommandContext

    /// Drives what the closure starts, to its end or to its interruption, and tells the result.
    func drive(
        _ body: @escaping @Sendable (RunCoordinator) async throws -> RunSummary
    ) async throws -> ExitStatus {
        let kind = ProgressDisplay.Kind(setting: composition.settings.display, talkTraits: context.talkTraits)
        let display = ProgressDisplay(kind: kind, context: context)
        let observe = context.observe
        let result: Result<RunSummary, any Error>
        do {
            let summary = try await composition.withStores(context) { stores, history in
                let coordinator = RunCoordinator(environment: composition.environment, stores: stores) { progress in
                    observe(progress)
                    display.show(progress)
                }
                return try await recorded(in: history) { try await watched(display) { try await body(coordinator) } }
            }
            result = .success(summary)
        } catch {
            result = .failure(error)
        }
        await display.finish()
        let summary = try result.get()
        let status = try tell(summary, kind: kind)
        if let prompt = LandedPrompt(summary, in: composition) {
            await prompt.retire(in: context, isTelling: kind == .tty || kind == .plain)
        }
        return status
    }

    /// Puts the run on record among the scheduled jobs; a history that is away is told and changes nothing.
    private func recorded(
        in history: JobHistory,
        _ work: @Sendable () async throws -> RunSummary
    ) async throws -> RunSummary {
        let job = try? await history.begin("run")
        do {
            let summary = try await work()
            let isDone = summary.exitStatus == ExitStatus.success.rawValue
            let error = isDone ? nil : "\(summary.run): \(summary.record.state)"
            await history.end(job, isDone ? .ok : .failed, error: error)
            return summary
        } catch {
            await history.end(job, .failed, error: "\(error)")
            throw error
        }
    }

    /// Runs the work until it ends; the first signal cancels it, the second ends the program.
    private func watched(
        _ display: ProgressDisplay,
        _ work: @escaping @Sendable () async throws -> RunSummary
    ) async throws -> RunSummary {
        // Not child tasks: the signals must be watched on while the work, cancelled by the first one, comes to its end.
        let work = Task { try await work() }
        let signals = context.interrupts()
        // Ended in the `defer` below: nobody waits for signals that do not come.
        let watch = Task {
            var isStopping = false
            for await signal in signals {
                if isStopping {
                    display.abandon()
                    context.endProcess(128 + signal.signalNumber)
                }
                isStopping = true
                display.announce("Stopping: agents are given time to end. Once more ends at once.")
                work.cancel()
            }
        }
        defer { watch.cancel() }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }

    private func tell(_ summary: RunSummary, kind: ProgressDisplay.Kind) throws -> ExitStatus {
        if summary.isInterrupted {
            throw CommandFailure(
                .interrupted,
                "the run '\(summary.run)' is not finished; its journal and its work are kept.",
                hints: [
                    "Go on with: switchyard resume \(summary.run)", "Give it up with: switchyard cancel \(summary.run)",
                ]
            )
        }
        if kind == .tty || kind == .plain {
            let width = context.talkTraits.isTerminal ? context.talkTraits.size.columns : 100
            let lines = RunSummaryLines(width: width, signs: .suited(to: context.talkTraits))
                .lines(ProgressModel(summary.record))
            context.talk.writeLine()
            for line in lines { context.talk.writeLine(line.rendered(isColoured: context.talkTraits.isColoured)) }
        }
        if kind != .json, let report = summary.report {
            if kind != .quiet { context.talk.write("Report: ") }
            context.output.writeLine(composition.shown(report))
        }
        return ExitStatus(rawValue: summary.exitStatus)
    }
}

extension RunComposition {
    /// A path of the repository as the person in the working directory can open it.
    func shown(_ path: String) -> String {
        let absolute = place.absolute(path)
        return absolute.hasPrefix(place.root + "/") && FileManager.default.currentDirectoryPath == place.root
            ? String(absolute.dropFirst(place.root.count + 1)) : absolute
    }
}
