import Glibc
import Locking
internal import Subprocess
internal import SystemPackage

/// One child from its start to the moment when nothing of it is left.
struct ChildSession<Sink: ByteSink>: Sendable {
    let command: ChildCommand
    let launch: ChildLaunch
    let limits: ChildLimits
    let cancellations: AsyncStream<Void>
    let onStart: (@Sendable (ChildMark) -> Void)?
    let makeSink: @Sendable (ChildStream) -> Sink

    /// A keeper needs this much longer than its own grace period before it counts as stuck.
    private static var keeperMargin: Duration { .seconds(3) }

    func run() async -> Result<(ChildEnding, Duration), ChildProcessError> {
        let start = ContinuousClock.now
        let program = command.arguments.first ?? ""
        do {
            let (status, cause) = try await spawn(start: start)
            let ending: ChildEnding =
                cause
                ?? {
                    switch status {
                    case .exited(let code): .exited(code)
                    case .signaled(let signal): .signalled(signal)
                    }
                }()
            return .success((ending, ContinuousClock.now - start))
        } catch let error as SubprocessError {
            let isStarted = ![.spawnFailed, .executableNotFound, .failedToChangeWorkingDirectory].contains(error.code)
            let why = error.underlyingError.map { "\($0)" } ?? error.description
            return .failure(isStarted ? .supervisionFailed(program, why: why) : .spawnFailed(program, why: why))
        } catch {
            return .failure(.supervisionFailed(program, why: "\(error)"))
        }
    }

    private func spawn(start: ContinuousClock.Instant) async throws -> (TerminationStatus, ChildEnding?) {
        var options = PlatformOptions()
        options.createSession = true
        // The library copies each entry up to its first zero byte and does not add that byte itself.
        let environment = command.environment.map { Array("\($0.key)=\($0.value)\0".utf8) }
        let configuration = Configuration(
            executable: .path(FilePath(launch.path)),
            arguments: Arguments(launch.arguments),
            environment: .custom(environment),
            workingDirectory: FilePath(command.workingDirectory),
            platformOptions: options
        )
        if command.standardInput.isEmpty {
            let result = try await Subprocess.run(configuration, input: .none, output: .sequence, error: .sequence) {
                await supervise($0, start: start) {}
            }
            await ProcessGroup.awaitEnd(of: result.processIdentifier.value)
            return (result.terminationStatus, result.closureResult)
        }
        let bytes = command.standardInput
        // Written here and not by the library, whose own writer stops the program when the child reads no more.
        let result = try await Subprocess.run(
            configuration,
            input: .inputWriter,
            output: .sequence,
            error: .sequence
        ) { execution in
            let writer = execution.standardInputWriter
            return await supervise(execution, start: start) {
                // A child may end or close its input before it has read all: that is its own affair.
                _ = try? await writer.write(bytes)
                try? await writer.finish()
            }
        }
        await ProcessGroup.awaitEnd(of: result.processIdentifier.value)
        return (result.terminationStatus, result.closureResult)
    }

    /// Reads both streams and enforces the limits until the leader has exited and its group is swept.
    ///
    /// The leader is not reaped while this runs, so its number cannot name another process.
    private func supervise<Input: InputProtocol>(
        _ execution: Execution<Input, SequenceOutput, SequenceOutput>,
        start: ContinuousClock.Instant,
        writeInput: @escaping @Sendable () async -> Void
    ) async -> ChildEnding? {
        let leader = ChildLeader(pid: execution.processIdentifier.value, launch: launch)
        onStart?(leader.mark)
        let lastOutput = Lock(ContinuousClock.now)
        var supervision = ChildSupervision(limits: limits, start: start)
        await withTaskGroup(of: ChildSupervision.Event.self) { group in
            for stream in [ChildStream.standardOutput, .standardError] {
                let sequence = stream == .standardOutput ? execution.standardOutput : execution.standardError
                group.addTask {
                    await read(sequence, as: stream, leader: leader, lastOutput: lastOutput)
                    return .streamEnded
                }
            }
            group.addTask {
                await writeInput()
                return .inputWritten
            }
            let cancellations = cancellations
            group.addTask {
                for await _ in cancellations { return .cancelRequested }
                // The stream ends without an element only when the group itself is over.
                return .leaderExited
            }
            if let deadline = supervision.nextDeadline(lastOutput: start) {
                group.addTask { await wait(until: deadline, lastOutput: lastOutput) }
            }
            while let event = await group.next() {
                for action in supervision.handle(event) {
                    switch action {
                    case .awaitDeadline(let deadline):
                        group.addTask { await wait(until: deadline, lastOutput: lastOutput) }
                    case .terminate(let grace):
                        leader.terminate()
                        let patience = launch.isKept ? grace + Self.keeperMargin : grace
                        group.addTask {
                            try? await Task.sleep(for: patience)
                            return .graceOver
                        }
                    case .kill:
                        leader.kill()
                    case .awaitLeader:
                        group.addTask {
                            await leader.awaitExit()
                            return .leaderExited
                        }
                    case .finish:
                        group.cancelAll()
                        return
                    }
                }
            }
        }
        leader.sweep()
        return supervision.cause
    }

    private func wait(
        until deadline: ContinuousClock.Instant,
        lastOutput: Lock<ContinuousClock.Instant>
    ) async -> ChildSupervision.Event {
        try? await Task.sleep(until: deadline, clock: .continuous)
        return .deadlinePassed(at: .now, lastOutput: lastOutput.withLock { $0 })
    }

    private func read(
        _ sequence: SubprocessOutputSequence,
        as stream: ChildStream,
        leader: ChildLeader,
        lastOutput: Lock<ContinuousClock.Instant>
    ) async {
        var sink = makeSink(stream)
        var tail = LeaderTail()
        do {
            for try await buffer in sequence {
                let now = ContinuousClock.now
                lastOutput.withLock { $0 = now }
                buffer.withUnsafeBytes { sink.consume($0) }
                if tail.isOver(now: now, leader: leader) { break }
            }
        } catch {
            // A stream that cannot be read any more has ended; how the child ended is told by its exit status.
        }
        sink.finish()
    }
}

/// Bounds how long output is read after the leader is gone: a descendant that holds the pipe may flood it for ever.
private struct LeaderTail {
    private var buffers = 0
    private var goneSince: ContinuousClock.Instant?

    mutating func isOver(now: ContinuousClock.Instant, leader: ChildLeader) -> Bool {
        buffers += 1
        if let goneSince { return now - goneSince > .seconds(1) }
        if buffers.isMultiple(of: 64), leader.isGone { goneSince = now }
        return false
    }
}
