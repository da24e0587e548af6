import Foundation
import Git
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Publishing", .timeLimit(.minutes(10)))
struct PublisherTests {
    private let target = PushTarget(remote: "origin", branch: "main")

    private func publisher(_ fixture: TrainFixture) -> Publisher {
        Publisher(
            command: GitCommand(environment: fixture.repository.gitFixture.environment),
            repository: fixture.repository.path,
            lane: fixture.lane
        )
    }

    /// Commits on the remote's branch behind the repository's back, through a clone of it.
    private func moveRemote(_ fixture: TrainFixture, _ remote: String, files: [String: String]) throws -> OID {
        let clone = fixture.repository.folder.appending("clone-\(UUID().uuidString)")
        let repository = fixture.repository
        try repository.git(in: repository.path, "clone", "--quiet", remote, clone)
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(clone)/\(name)")) }
        try repository.git(in: clone, "add", "--all")
        try repository.git(in: clone, "commit", "--quiet", "-m", "somebody else's")
        try repository.git(in: clone, "push", "--quiet", "origin", "HEAD:main")
        return try OID(hex: repository.git(in: clone, "rev-parse", "HEAD"))
    }

    private func landed(_ fixture: TrainFixture) async throws -> OID {
        let build = try await fixture.build([try fixture.candidate("A", files: ["a.txt": "a\n"])])
        _ = try await LandingFixture(fixture).land(from: build.base, to: build.commit)
        return build.commit
    }

    @Test("A landed commit reaches the remote, and pushing it again is up to date")
    func pushes() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let remote = try fixture.repository.addBareRemote()
            let commit = try await landed(fixture)
            let first = await publisher(fixture).push(commit, to: target)
            #expect(first.finished.result == .pushed)
            #expect(try fixture.repository.git(in: remote, "rev-parse", "main") == commit.hex)
            let second = await publisher(fixture).push(commit, to: target)
            #expect(second.finished.result == .upToDate)
        }
    }

    @Test("A remote that moved is told with its new head, which is fetched")
    func remoteMoved() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let remote = try fixture.repository.addBareRemote()
            let commit = try await landed(fixture)
            let theirs = try moveRemote(fixture, remote, files: ["theirs.txt": "t\n"])
            let step = await publisher(fixture).push(commit, to: target)
            #expect(step.finished.result == .remoteMoved)
            #expect(step.upstream == theirs)
            #expect(try fixture.repository.git(in: remote, "rev-parse", "main") == theirs.hex)
            #expect(try fixture.head() == commit)
        }
    }

    @Test("A hook of the server that refuses is a rejection with the hook's words")
    func refusingHook() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let remote = try fixture.repository.addBareRemote()
            let commit = try await landed(fixture)
            try fixture.repository.folder.write(
                "#!/bin/sh\necho 'no pushes on Fridays' >&2\nexit 1\n",
                to: "origin.git/hooks/pre-receive",
                isExecutable: true
            )
            let step = await publisher(fixture).push(commit, to: target)
            #expect(step.finished.result == .rejected)
            #expect(step.finished.message?.contains("no pushes on Fridays") == true)
            #expect(step.upstream == nil)
            #expect(try fixture.repository.git(in: remote, "rev-parse", "main") != commit.hex)
        }
    }

    @Test("A remote that cannot be reached is a failure with a message")
    func unreachable() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let remote = try fixture.repository.addBareRemote()
            let commit = try await landed(fixture)
            try FileManager.default.removeItem(atPath: remote)
            let step = await publisher(fixture).push(commit, to: target)
            #expect(step.finished.result == .failed)
            #expect(step.finished.message?.isEmpty == false)
        }
    }

    @Test("A missing remote branch has no head, and the push creates it")
    func newBranch() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let remote = try fixture.repository.addBareRemote(pushing: nil)
            let commit = try await landed(fixture)
            let head = try await publisher(fixture).fetchHead(of: target)
            #expect(head == nil)
            let step = await publisher(fixture).push(commit, to: target)
            #expect(step.finished.result == .pushed)
            #expect(try fixture.repository.git(in: remote, "rev-parse", "main") == commit.hex)
        }
    }
}
