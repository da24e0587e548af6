import Git
import TestSupport
import Testing

@Suite("The git command", .timeLimit(.minutes(10)))
struct GitCommandTests {
    private func withRemote(
        _ body: (TemporaryRepository, _ remote: String, _ next: OID) async throws -> Void
    ) async throws {
        try await withTemporaryRepository { repository in
            try repository.commit("first", files: ["a": "1\n"])
            let remote = try repository.addBareRemote()
            try repository.commit("second", files: ["a": "2\n"])
            try await body(repository, remote, repository.oid("HEAD"))
        }
    }

    private func push(
        _ commit: OID,
        _ repository: TemporaryRepository,
        expecting: OID? = nil
    ) async throws -> PushOutcome {
        try await repository.command.push(
            commit,
            to: "refs/heads/main",
            remote: "origin",
            expecting: expecting,
            in: repository.path
        )
    }

    @Test("A push moves the remote branch, and a second one finds it up to date")
    func pushes() async throws {
        try await withRemote { repository, remote, next in
            guard case .pushed = try await push(next, repository) else {
                Issue.record("not pushed")
                return
            }
            #expect(try repository.git(in: remote, "rev-parse", "main") == next.hex)
            #expect(try await push(next, repository) == .upToDate)
            let references = try await repository.command.remoteReferences("origin", in: repository.path)
            #expect(references == ["refs/heads/main": next])
        }
    }

    @Test("A remote that moved is told apart from a refusal, before and after fetching")
    func remoteMoved() async throws {
        try await withRemote { repository, remote, next in
            let clone = repository.folder.appending("clone")
            try repository.git("clone", "--quiet", remote, clone)
            try repository.git(in: clone, "commit", "--quiet", "--allow-empty", "-m", "theirs")
            try repository.git(in: clone, "push", "--quiet")
            #expect(try await push(next, repository) == .remoteMoved(reason: "fetch first"))
            let stale = try repository.oid("HEAD~1")
            #expect(try await push(next, repository, expecting: stale) == .remoteMoved(reason: "stale info"))
            try await repository.command.fetch("origin", in: repository.path)
            #expect(try await push(next, repository) == .remoteMoved(reason: "non-fast-forward"))
        }
    }

    @Test("A server hook's refusal carries what the hook said")
    func serverHook() async throws {
        try await withRemote { repository, remote, next in
            try repository.folder.write(
                "#!/bin/sh\necho 'no pushes on Friday'\nexit 1\n",
                to: "origin.git/hooks/pre-receive",
                isExecutable: true
            )
            #expect(
                try await push(next, repository) == .rejected(reason: "pre-receive hook declined; no pushes on Friday")
            )
            #expect(try repository.git(in: remote, "rev-parse", "main") != next.hex)
        }
    }

    @Test("The repository's own pre-push hook can refuse")
    func localHook() async throws {
        try await withRemote { repository, _, next in
            try repository.write(
                "#!/bin/sh\necho 'not today' >&2\nexit 1\n",
                to: ".git/hooks/pre-push",
                isExecutable: true
            )
            guard case .rejected(let reason) = try await push(next, repository) else {
                Issue.record("not rejected")
                return
            }
            #expect(reason.contains("not today"))
        }
    }

    @Test("A remote that is not there is a failure with git's words")
    func missing() async throws {
        try await withRemote { repository, _, next in
            try repository.git("remote", "set-url", "origin", repository.folder.appending("nowhere.git"))
            guard case .failed(let message) = try await push(next, repository) else {
                Issue.record("not failed")
                return
            }
            #expect(message.contains("nowhere.git"))
            let error = await #expect(throws: GitError.self) {
                try await repository.command.fetch("origin", in: repository.path)
            }
            #expect(error?.code == .command)
            #expect(error?.subject == "origin")
        }
    }

    @Test("Only what git needs is passed on from the environment, and it never prompts")
    func environment() {
        let command = GitCommand(environment: [
            "PATH": "/bin", "SECRET": "x", "GIT_DIR": "/elsewhere", "HOME": "/home/a",
        ])
        #expect(command.environment == ["PATH": "/bin", "HOME": "/home/a", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"])
    }

    @Test("A program that is not there is an error that names it")
    func missingProgram() async {
        let command = GitCommand(
            environment: ["PATH": "/usr/bin:/bin"],
            options: .init(program: "git-that-is-not-there")
        )
        let error = await #expect(throws: GitError.self) { try await command.version() }
        #expect(error?.code == .command)
        #expect(error?.message.contains("git-that-is-not-there") == true)
    }
}
