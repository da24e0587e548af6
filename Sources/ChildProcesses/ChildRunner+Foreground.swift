import Glibc
internal import Subprocess
internal import SystemPackage

extension ChildRunner {
    /// Runs a command on this process's own standard streams and in its process group, as a shell would.
    ///
    /// Keys such as Ctrl-C reach the command directly. Cancelling the calling Swift task ends it: SIGTERM, the grace
    /// period, SIGKILL, to the command itself and what descends from it. It has no keeper and no time limit.
    ///
    /// Throws: when the command could not be started. A command that fails is a return value.
    package func runInForeground(
        _ command: ChildCommand,
        grace: Duration = .seconds(5)
    ) async throws(ChildProcessError) -> ChildEnding {
        let launch = try ChildLaunch.prepare(command, keeper: nil, sandbox: nil, grace: grace)
        if Task.isCancelled { return .cancelled }
        let (cancellations, cancel) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        // Detached for the reason told in `execute`: the library would kill at once where the command gets its grace.
        let work = Task.detached { () async -> Result<ChildEnding, ChildProcessError> in
            await Self.foreground(command, launch: launch, grace: grace, cancellations: cancellations)
        }
        let result = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            cancel.yield()
        }
        cancel.finish()
        return try result.get()
    }

    private static func foreground(
        _ command: ChildCommand,
        launch: ChildLaunch,
        grace: Duration,
        cancellations: AsyncStream<Void>
    ) async -> Result<ChildEnding, ChildProcessError> {
        let program = command.arguments.first ?? ""
        let configuration = Configuration(
            executable: .path(FilePath(launch.path)),
            arguments: Arguments(launch.arguments),
            environment: .custom(command.environment.map { Array("\($0.key)=\($0.value)\0".utf8) }),
            workingDirectory: FilePath(command.workingDirectory),
            platformOptions: PlatformOptions()
        )
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .currentStandardInput,
                output: .currentStandardOutput,
                error: .currentStandardError
            ) { execution in
                let leader = ChildLeader(pid: execution.processIdentifier.value, launch: launch)
                return await superviseForeground(leader, grace: grace, cancellations: cancellations)
            }
            if result.closureResult { return .success(.cancelled) }
            switch result.terminationStatus {
            case .exited(let code): return .success(.exited(code))
            case .signaled(let signal): return .success(.signalled(signal))
            }
        } catch {
            return .failure(.spawnFailed(program, why: "\(error)"))
        }
    }

    /// Waits for the command's end; `true` when it was ended because the caller was cancelled.
    private static func superviseForeground(
        _ leader: ChildLeader,
        grace: Duration,
        cancellations: AsyncStream<Void>
    ) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await leader.awaitExit()
                return false
            }
            group.addTask {
                for await _ in cancellations { return true }
                return false
            }
            let isCancelled = await group.next() ?? false
            if isCancelled {
                leader.terminateAlone()
                group.addTask {
                    try? await Task.sleep(for: grace)
                    return true
                }
                _ = await group.next()
                leader.killAlone()
                await leader.awaitExit()
            }
            group.cancelAll()
            return isCancelled
        }
    }
}
