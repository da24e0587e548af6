import Foundation
import Glibc
import TestSupport

/// The tool, or a shell that calls it, at work beside the test; ended at once when it is let go of.
final class RunningTool {
    private let process = Process()

    /// Starts the program with those arguments in the scenario's folder; its talk goes to a file there.
    init(_ store: StoreScenario, program: String? = nil, _ arguments: [String], talk: String = "talk.txt") throws {
        process.executableURL = URL(fileURLWithPath: program ?? store.tool)
        process.arguments = arguments
        process.environment = store.environment
        process.currentDirectoryURL = URL(fileURLWithPath: store.folder)
        let path = store.folder + "/" + talk
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw POSIXError(.EIO) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        try process.run()
    }

    deinit {
        signal(SIGCONT)
        signal(SIGKILL)
    }

    var isRunning: Bool { process.isRunning }
    var status: Int32 { process.terminationStatus }

    func signal(_ number: Int32) {
        if process.isRunning { kill(process.processIdentifier, number) }
    }

    /// Stops the program and lets it go on so many seconds later; both by another process, which no busy test delays.
    func stall(seconds: Int) async throws {
        let script = "kill -STOP $0; sleep $1; kill -CONT $0"
        _ = try await SpawnedCommand.result(
            of: ["sh", "-c", script, "\(process.processIdentifier)", "\(seconds)"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
    }
}
