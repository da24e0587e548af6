package import ChildProcesses
import Locking
package import RunModel

/// Runs the shell fences of an assignment, in order, in the worktree.
///
/// Needs no model, no key and no network.
///
/// Each fence is one program, so variables and the folder do not carry over. Bash runs it with `-eE -o pipefail`; the
/// first fence that fails ends the attempt, and the summary names the fence, the line of the task file and the command.
package struct ScriptEngine: Engine {
    package static let name = "script"

    package let variables: EngineVariables
    private let searchPath: String
    private let runner: ChildRunner

    package init(searchPath: String, runner: ChildRunner, variables: EngineVariables = EngineVariables()) {
        self.searchPath = searchPath
        self.runner = runner
        self.variables = variables
    }

    package var name: String { Self.name }

    package func run(
        _ request: EngineRequest,
        onEvent: @escaping @Sendable (EngineEvent) -> Void
    ) async -> AttemptOutcome {
        let blocks = request.assignment.scripts
        guard !blocks.isEmpty else {
            return Self.failure(
                "agent \"\(request.assignment.id)\" has no shell fence under \"Build\" or \"Steps\" for the engine "
                    + "\"script\" to run"
            )
        }
        let log = AttemptLog(folder: request.logFolder, limitInBytes: request.logLimitInBytes)
        let names = blocks.indices.map { "script-\($0 + 1).sh" }
        do {
            try await log.prepare(files: Dictionary(uniqueKeysWithValues: zip(names, blocks.map(\.body))))
        } catch {
            return Self.failure("cannot write the log folder \"\(request.logFolder)\": \(error)")
        }
        let process = AttemptProcess(runner: runner, request: request, log: log, onEvent: onEvent)
        var outcome = AttemptOutcome(ending: .exited(code: 0), reportedSuccess: true)
        for (index, block) in blocks.enumerated() {
            let place = "block \(index + 1) of \(blocks.count)"
            onEvent(.activity(ActivityText.cut("\(place)\(Self.firstCommand(of: block).map { ": \($0)" } ?? "")")))
            let shell = ScriptShell(block: block, file: "\(request.logFolder)/\(names[index])")
            let failedAt = Lock<ScriptShell.Failure?>(nil)
            let result = await process.run(
                shell.arguments,
                environment: request.environment,
                elapsed: outcome.duration
            ) { stream, line in
                guard stream == .standardError, let failure = ScriptShell.Failure(line: line) else { return }
                failedAt.withLock { $0 = failure }
            }
            outcome.duration += result.duration
            outcome.ending = result.ending
            guard result.ending == .exited(code: 0) else {
                outcome.reportedSuccess = false
                outcome.failure = Self.isCommandFailure(result.ending) ? EngineFailure(kind: .command) : nil
                outcome.summary = AttemptOutcome.summary(
                    Self.describe(result.ending, in: block, place: place, at: failedAt.withLock { $0 })
                )
                break
            }
        }
        if outcome.reportedSuccess == true {
            outcome.summary = blocks.count == 1 ? "1 block ran" : "\(blocks.count) blocks ran"
        }
        outcome.droppedBytes = await log.close()
        return outcome
    }

    package func check() async -> EngineHealth {
        guard let path = ExecutableSearch.locate("bash", searchPath: searchPath) else {
            return EngineHealth(
                engine: name,
                isAvailable: false,
                detail: "`bash` is not in PATH",
                remedy: "install bash"
            )
        }
        return EngineHealth(engine: name, isAvailable: true, path: path, detail: "built in, runs shell fences")
    }

    private static func failure(_ why: String) -> AttemptOutcome {
        AttemptOutcome(ending: .failedToStart(why: why), reportedSuccess: false, summary: AttemptOutcome.summary(why))
    }

    /// The first line that is neither empty nor a comment.
    private static func firstCommand(of block: ScriptBlock) -> String? {
        block.body.split(whereSeparator: \.isNewline).map { $0.trimmingSpaces() }
            .first { !$0.isEmpty && !$0.hasPrefix("#") }.map(String.init)
    }

    /// The line as its author wrote it: of a pipeline the shell tells only the last command, which may have worked.
    private static func source(of failure: ScriptShell.Failure, in block: ScriptBlock) -> String {
        let lines = block.body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let index = failure.line - block.line
        guard lines.indices.contains(index) else { return failure.command }
        return ActivityText.cut(String(lines[index].trimmingSpaces()))
    }

    private static func isCommandFailure(_ ending: AttemptOutcome.Ending) -> Bool {
        guard case .exited = ending else { return false }
        return !RetryAdvice.isCrash(ending)
    }

    private static func describe(
        _ ending: AttemptOutcome.Ending,
        in block: ScriptBlock,
        place: String,
        at failure: ScriptShell.Failure?
    ) -> String {
        let start = "\(place) (line \(block.line) of the task file)"
        switch ending {
        case .exited(let code):
            guard let failure else { return "\(start) ended with status \(code)" }
            return "\(start) ended with status \(code) at line \(failure.line): \(source(of: failure, in: block))"
        case .signalled(let signal): return "\(start) was ended by signal \(signal)"
        case .timedOut(let limit): return "\(start) was still running at the limit of \(limit)"
        case .silent(let limit): return "\(start) printed nothing for \(limit)"
        case .cancelled: return "\(start) was cancelled"
        case .failedToStart(let why): return "\(start) could not be started: \(why)"
        }
    }
}
