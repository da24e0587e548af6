package import ChildProcesses
import Locking
package import RunModel

/// Runs an agent's command line as a preset describes it, and reads what it prints.
package struct CommandEngine: Engine {
    package let name: String
    package let variables: EngineVariables
    let preset: EnginePreset
    let settings: EngineSettings
    private let searchPath: String
    private let runner: ChildRunner

    package init(
        name: String,
        preset: EnginePreset,
        settings: EngineSettings = EngineSettings(),
        searchPath: String,
        runner: ChildRunner
    ) {
        self.name = name
        self.preset = preset
        self.settings = settings
        self.searchPath = searchPath
        self.runner = runner
        variables = EngineVariables(
            inherited: preset.inherited + settings.inherit,
            fixed: preset.environment.merging(settings.environment) { $1 }
        )
    }

    package func run(
        _ request: EngineRequest,
        onEvent: @escaping @Sendable (EngineEvent) -> Void
    ) async -> AttemptOutcome {
        let log = AttemptLog(folder: request.logFolder, limitInBytes: request.logLimitInBytes)
        let call = EngineCall(preset: preset, settings: settings, request: request)
        do {
            try await log.prepare(files: call.files)
        } catch {
            let why = "cannot write the log folder \"\(request.logFolder)\": \(error)"
            return AttemptOutcome(
                ending: .failedToStart(why: why),
                reportedSuccess: false,
                summary: AttemptOutcome.summary(why)
            )
        }
        let parser = Lock<any StreamParser>(preset.format.makeParser())
        let complaints = Lock(LineTail(limit: 10))
        let process = AttemptProcess(runner: runner, request: request, log: log, onEvent: onEvent)
        let (ending, duration) = await process.run(
            call.arguments,
            input: call.input,
            environment: call.environment
        ) { stream, line in
            switch stream {
            case .standardOutput: for event in parser.withLock({ $0.consume(line) }) { onEvent(event) }
            case .standardError: complaints.withLock { $0.add(line) }
            }
        }
        let judge = OutcomeJudge(format: preset.format, usageStatuses: preset.usageStatuses)
        var outcome = judge.outcome(
            of: ending,
            record: parser.withLock { $0.record },
            complaints: complaints.withLock { $0.text }
        )
        outcome.duration = duration
        outcome.droppedBytes = await log.close()
        return outcome
    }

    package func check() async -> EngineHealth {
        let program = settings.command?.first ?? preset.words.first ?? ""
        guard let path = ExecutableSearch.locate(program, searchPath: searchPath) else {
            return EngineHealth(
                engine: name,
                isAvailable: false,
                detail: "`\(program)` is not in PATH",
                remedy: preset.remedy
            )
        }
        let version = await version(of: path)
        let detail = version.map { "`\(program)` \($0)" } ?? "`\(program)` does not tell its version"
        return EngineHealth(engine: name, isAvailable: true, version: version, path: path, detail: detail)
    }

    private func version(of path: String) async -> String? {
        guard !preset.versionWords.isEmpty else { return nil }
        let command = ChildCommand(
            arguments: [path] + preset.versionWords,
            environment: ["PATH": searchPath],
            workingDirectory: "/"
        )
        let limits = ChildLimits(wallClock: .seconds(20), grace: .seconds(1))
        // A tool that cannot tell its version may still work: its absence is what the check is about.
        guard let output = try? await runner.collect(command, limits: limits, outputLimitInBytes: 1 << 16),
            output.ending.isSuccess
        else { return nil }
        return ActivityText.firstLine(of: output.outputText)
    }
}
