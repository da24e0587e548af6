import ChildProcesses
import RunModel

/// Runs one process of an attempt with all that every engine does: limits, sandbox, log, events.
struct AttemptProcess: Sendable {
    let runner: ChildRunner
    let request: EngineRequest
    let log: AttemptLog
    let onEvent: @Sendable (EngineEvent) -> Void

    /// `elapsed`: what earlier processes of the attempt used of its wall-clock limit.
    ///
    /// `onLine`: called after the line was logged and shown.
    func run(
        _ arguments: [String],
        input: [UInt8] = [],
        environment: [String: String],
        elapsed: Duration = .zero,
        onLine: @escaping @Sendable (OutputStream, String) -> Void
    ) async -> (ending: AttemptOutcome.Ending, duration: Duration) {
        var limits = request.limits
        limits.wallClock = limits.wallClock.map { max(.zero, $0 - elapsed) }
        let command = ChildCommand(
            arguments: arguments,
            environment: environment,
            workingDirectory: request.worktree,
            standardInput: input
        )
        do throws(ChildProcessError) {
            let (ending, duration) = try await runner.run(
                command,
                limits: limits,
                sandbox: request.sandbox,
                onStart: { [onEvent] in onEvent(.started(ProcessMark(pid: $0.pid, startTicks: $0.startTicks))) },
                onLine: { [log, onEvent] stream, line in
                    let output: OutputStream = stream == .standardOutput ? .standardOutput : .standardError
                    log.add(output, line)
                    onEvent(.output(output, line))
                    onLine(output, line)
                }
            )
            return (outcome(of: ending), duration)
        } catch {
            return (.failedToStart(why: error.description), .zero)
        }
    }

    private func outcome(of ending: ChildEnding) -> AttemptOutcome.Ending {
        switch ending {
        case .exited(let code): .exited(code: code)
        case .signalled(let signal): .signalled(signal: signal)
        // The limit that people know is the attempt's, not what was left of it.
        case .timedOut(let limit): .timedOut(after: request.limits.wallClock ?? limit)
        case .silent(let limit): .silent(for: limit)
        case .cancelled: .cancelled
        }
    }
}

extension AttemptOutcome {
    /// Longest summary in characters.
    static let summaryLimit = 2000

    /// The end of a text that is too long says more than its beginning.
    static func summary(_ text: String?) -> String? {
        guard let text = text?.trimmingSpaces(), !text.isEmpty else { return nil }
        return text.count > summaryLimit ? "…" + text.suffix(summaryLimit - 1) : String(text)
    }
}
