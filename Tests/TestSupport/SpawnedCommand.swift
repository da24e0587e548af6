import Foundation
import Glibc

/// Runs a program to its end for a fixture, with its output in unnamed files.
///
/// Files instead of pipes: a background process that inherits them cannot keep the caller waiting.
package enum SpawnedCommand {
    /// Runs the program named by the first argument, found through `PATH`, and waits for it.
    package static func run(_ arguments: [String], environment: [String: String]) throws -> GitFixture.Output {
        let outputs = try [makeUnnamedFile(), makeUnnamedFile()]
        defer { for descriptor in outputs { close(descriptor) } }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputs[0], 1)
        posix_spawn_file_actions_adddup2(&actions, outputs[1], 2)

        let argv = arguments.map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid = pid_t()
        let failure = posix_spawnp(&pid, arguments[0], &actions, nil, argv, envp)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL) }

        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ECHILD) }
        }
        let signal = status & 0x7f
        return GitFixture.Output(
            status: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
            standardOutput: readAll(outputs[0]),
            standardError: readAll(outputs[1])
        )
    }

    /// As ``run(_:environment:)``, waiting on a thread of its own.
    package static func result(of arguments: [String], environment: [String: String]) async throws -> GitFixture.Output
    {
        try await onOwnThread { try run(arguments, environment: environment) }
    }

    private static func makeUnnamedFile() throws -> Int32 {
        let folder = NSTemporaryDirectory()
        let blank = String(repeating: "X", count: 6)  // what mkstemp puts its own letters into
        var template = Array((folder + "/switchyard-output-" + blank).utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE) }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func readAll(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        lseek(descriptor, 0, SEEK_SET)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}
