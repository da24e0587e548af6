import ChildProcesses
import TestSupport
import Testing

@Suite("Children that cannot start", .timeLimit(.minutes(10)))
struct ChildErrorTests {
    private func failure(_ launch: Launch, _ command: ChildCommand) async throws -> ChildProcessError {
        try await #require(throws: ChildProcessError.self) {
            _ = try await launch.runner.collect(command, limits: safetyLimit)
        }
    }

    private func command(_ words: [String], in folder: String = "/") -> ChildCommand {
        ChildCommand(arguments: words, environment: ["PATH": "/usr/bin:/bin"], workingDirectory: folder)
    }

    @Test("A program that is not in PATH is named, with the PATH", arguments: Launch.allCases)
    func missing(launch: Launch) async throws {
        let error = try await failure(launch, command(["no-such-program"]))
        #expect(error.code == .executableNotFound)
        #expect(error.message == "cannot start \"no-such-program\": not in PATH \"/usr/bin:/bin\"")
        #expect(error.hint == "install it, or name it by its full path")
    }

    @Test("A path that does not exist is named", arguments: Launch.allCases)
    func missingPath(launch: Launch) async throws {
        let error = try await failure(launch, command(["./tool"], in: "/usr"))
        #expect(error.code == .executableNotFound)
        #expect(error.message == "cannot start \"./tool\": no such file")
    }

    @Test("A file that may not be executed is told apart from a missing one", arguments: Launch.allCases)
    func notRunnable(launch: Launch) async throws {
        try await withTemporaryFolder { folder in
            let path = try folder.write("#!/bin/sh\n", to: "tool")
            let error = try await failure(launch, command([path]))
            #expect(error.code == .executableNotRunnable)
            #expect(error.hint == "run `chmod +x \(path)`, or name another program")
        }
    }

    @Test("A missing working folder is named", arguments: Launch.allCases)
    func missingFolder(launch: Launch) async throws {
        let error = try await failure(launch, command(["true"], in: "/no/such/folder"))
        #expect(error.code == .workingDirectoryMissing)
        #expect(error.message == "cannot start \"true\" in \"/no/such/folder\": the folder does not exist")
    }

    @Test("A command without words is refused", arguments: Launch.allCases)
    func empty(launch: Launch) async throws {
        #expect(try await failure(launch, command([])).code == .emptyCommand)
    }

    @Test("Landlock without a keeper is refused instead of ignored")
    func landlockNeedsKeeper() async throws {
        let error = await #expect(throws: ChildProcessError.self) {
            _ = try await ChildRunner().collect(script("true"), sandbox: SandboxPolicy(kind: .landlock))
        }
        #expect(error?.code == .sandboxUnavailable)
    }
}
