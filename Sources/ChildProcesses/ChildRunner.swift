import Locking
internal import Subprocess
internal import SystemPackage

/// Starts child processes: the only place of the product that does.
///
/// Each child leads a session and a process group of its own. Cancelling the calling Swift task, the wall-clock limit
/// and the silence limit all end it in the same way: SIGTERM to the group, the grace period, SIGKILL. No descendant
/// is left behind: with a keeper not even those that opened a session of their own or whose runner was killed.
package struct ChildRunner: Sendable {
    private let keeper: [String]?

    /// - Parameter keeper: The words that run this program as the keeper of one child (`[switchyard, "keeper"]`), the
    ///   first one an absolute path. With `nil` the child is started directly, and when it is over the rest of its
    ///   process group is killed.
    package init(keeper: [String]? = nil) {
        self.keeper = keeper
    }

    /// The runner starts its children under a keeper.
    package var isKeeping: Bool { keeper != nil }

    /// Runs a command to its end and delivers its output line by line.
    ///
    /// `onStart`: called once when the process exists, before any line.
    ///
    /// `onLine`: called in order per stream; the two streams are delivered concurrently. A slow callback slows the
    /// child down instead of filling memory.
    ///
    /// The result: how it ended, and the time from start to end.
    ///
    /// Throws: when the child could not be started. A child that fails is a return value.
    package func run(
        _ command: ChildCommand,
        limits: ChildLimits = ChildLimits(),
        sandbox: SandboxPolicy? = nil,
        onStart: (@Sendable (ChildMark) -> Void)? = nil,
        onLine: @escaping @Sendable (ChildStream, String) -> Void
    ) async throws(ChildProcessError) -> (ending: ChildEnding, duration: Duration) {
        let limit = limits.lineLengthInBytes
        return try await execute(command, limits: limits, sandbox: sandbox, onStart: onStart) { stream in
            LineSplitter(limitInBytes: limit) { onLine(stream, $0) }
        }
    }

    /// Runs a command to its end and returns everything it printed.
    ///
    /// `outputLimitInBytes`: kept per stream; what comes after is read and dropped. Default 16 MiB.
    package func collect(
        _ command: ChildCommand,
        limits: ChildLimits = ChildLimits(),
        sandbox: SandboxPolicy? = nil,
        outputLimitInBytes: Int = 16 << 20
    ) async throws(ChildProcessError) -> CollectedOutput {
        let output = Lock(OutputCollection.State())
        let result = try await execute(command, limits: limits, sandbox: sandbox, onStart: nil) { stream in
            OutputCollection(stream: stream, limitInBytes: outputLimitInBytes, state: output)
        }
        return output.withLock { state in
            CollectedOutput(
                ending: result.ending,
                duration: result.duration,
                standardOutput: state.standardOutput,
                standardError: state.standardError,
                isTruncated: state.isTruncated
            )
        }
    }

    private func execute<Sink: ByteSink>(
        _ command: ChildCommand,
        limits: ChildLimits,
        sandbox: SandboxPolicy?,
        onStart: (@Sendable (ChildMark) -> Void)?,
        makeSink: @escaping @Sendable (ChildStream) -> Sink
    ) async throws(ChildProcessError) -> (ending: ChildEnding, duration: Duration) {
        let launch = try ChildLaunch.prepare(command, keeper: keeper, sandbox: sandbox, grace: limits.grace)
        if Task.isCancelled { return (.cancelled, .zero) }
        BrokenPipes.ignored
        let (cancellations, cancel) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let session = ChildSession(
            command: command,
            launch: launch,
            limits: limits,
            cancellations: cancellations,
            onStart: onStart,
            makeSink: makeSink
        )
        // A task of its own, because cancelling must not reach the library: it would stop reading and kill at once,
        // where the child is to have its grace period and its last words are to be read.
        let work = Task.detached { () async -> Result<(ChildEnding, Duration), ChildProcessError> in
            await session.run()
        }
        let result = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            cancel.yield()
        }
        cancel.finish()
        let (ending, duration) = try result.get()
        return (ending, duration)
    }
}

/// Gathers one stream's bytes up to a limit.
struct OutputCollection: ByteSink {
    struct State {
        var standardOutput: [UInt8] = []
        var standardError: [UInt8] = []
        var isTruncated = false
    }

    let stream: ChildStream
    let limitInBytes: Int
    let state: Lock<State>

    mutating func consume(_ bytes: UnsafeRawBufferPointer) {
        let copy = Array(bytes)
        let (stream, limit) = (stream, limitInBytes)
        state.withLock { state in
            let kept = stream == .standardOutput ? state.standardOutput.count : state.standardError.count
            let room = max(0, limit - kept)
            if copy.count > room { state.isTruncated = true }
            switch stream {
            case .standardOutput: state.standardOutput += copy.prefix(room)
            case .standardError: state.standardError += copy.prefix(room)
            }
        }
    }

    mutating func finish() {}
}
