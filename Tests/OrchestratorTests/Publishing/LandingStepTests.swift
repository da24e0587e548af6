import Foundation
import Git
import RunModel
import Services
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Landing", .timeLimit(.minutes(10)))
struct LandingStepTests {
    @Test("A clean main working tree moves along with the branch")
    func lands() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let build = try await fixture.build([try fixture.candidate("A", files: ["a.txt": "a\n"])])
            let outcome = try await LandingFixture(fixture).land(from: build.base, to: build.commit)
            #expect(outcome == .landed(wasThere: false))
            #expect(try fixture.head() == build.commit)
            #expect(try fixture.repository.read("a.txt") == "a\n")
            #expect(try fixture.repository.status().isEmpty)
            #expect(try fixture.repository.git("reflog", "-1", "--format=%gs", "main") == "switchyard: land")
        }
    }

    @Test("A branch that moved is left alone, and its new head is told")
    func branchMoved() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let candidate = try fixture.candidate("A", files: ["a.txt": "a\n"])
            let build = try await fixture.build([candidate])
            let moved = try OID(hex: fixture.repository.commit("somebody else", files: ["other.txt": "o\n"]))
            let landing = LandingFixture(fixture)
            let outcome = try await landing.land(from: build.base, to: build.commit)
            #expect(outcome == .branchMoved(current: moved))
            #expect(try fixture.head() == moved)

            let rebuilt = try await fixture.build([candidate])
            let second = try await landing.land(from: moved, to: rebuilt.commit)
            #expect(second == .landed(wasThere: false))
            #expect(try fixture.repository.files() == ["a.txt", "base.txt", "other.txt"])
        }
    }

    @Test("Uncommitted changes where the landing falls block it, and nothing is changed")
    func dirtyInTheWay() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let build = try await fixture.build([
                try fixture.candidate("A", files: ["base.txt": "by A\n", "a.txt": "a\n"])
            ])
            try fixture.repository.write("my own\n", to: "base.txt")
            let outcome = try await LandingFixture(fixture).land(from: build.base, to: build.commit)
            #expect(outcome == .blocked(["base.txt"]))
            #expect(try fixture.head() == build.base)
            #expect(try fixture.repository.read("base.txt") == "my own\n")
            #expect(!fixture.repository.folder.exists("main/a.txt"))
        }
    }

    @Test("Uncommitted changes elsewhere stay as they are while the branch lands")
    func dirtyElsewhere() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let build = try await fixture.build([try fixture.candidate("A", files: ["a.txt": "a\n"])])
            try fixture.repository.write("my own\n", to: "base.txt")
            let outcome = try await LandingFixture(fixture).land(from: build.base, to: build.commit)
            #expect(outcome == .landed(wasThere: false))
            #expect(try fixture.repository.status() == " M base.txt")
            #expect(try fixture.repository.read("base.txt") == "my own\n")
        }
    }

    @Test("A landing that was cut off after the move is recognised")
    func repeated() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let build = try await fixture.build([try fixture.candidate("A", files: ["a.txt": "a\n"])])
            let landing = LandingFixture(fixture)
            _ = try await landing.land(from: build.base, to: build.commit)
            let again = try await landing.land(from: build.base, to: build.commit)
            #expect(again == .landed(wasThere: true))
            #expect(try fixture.head() == build.commit)
        }
    }

    @Test("A holder whose lease ended cannot land, whatever it believes")
    func zombie() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let build = try await fixture.build([try fixture.candidate("A", files: ["a.txt": "a\n"])])
            let landing = LandingFixture(fixture)
            let old = try #require(try await landing.acquire(holder: "zombie"))
            #expect(try landing.fence(old).raise() == nil)
            await landing.lock.release(old)
            let new = try #require(try await landing.acquire(holder: "successor"))
            #expect(try landing.fence(new).raise() == nil)

            let asked = try await landing.land(from: build.base, to: build.commit, fence: landing.fence(old))
            #expect(asked == .fenced(by: nil), "the lock store says no")
            let blind = LandingFence(lease: old, folder: landing.fences) { true }
            let fenced = try await landing.land(from: build.base, to: build.commit, fence: blind)
            #expect(fenced == .fenced(by: new.token), "the fence says no while the branch is locked")
            #expect(try blind.raise() == new.token)
            #expect(try fixture.head() == build.base)

            let landed = try await landing.land(from: build.base, to: build.commit, fence: landing.fence(new))
            #expect(landed == .landed(wasThere: false))
        }
    }

    @Test("A lock file of another git process is waited for")
    func lockedIndex() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let build = try await fixture.build([try fixture.candidate("A", files: ["a.txt": "a\n"])])
            let landing = LandingFixture(fixture)
            let lease = try #require(try await landing.acquire())
            let lockFile = try fixture.repository.folder.write("", to: "main/.git/index.lock")
            let clock = ManualClock()
            async let waking: Void = {
                await clock.waitForSleepers()
                try FileManager.default.removeItem(atPath: lockFile)
                clock.advance(by: .milliseconds(100))
            }()
            let outcome = try await landing.land(
                from: build.base,
                to: build.commit,
                fence: landing.fence(lease),
                clock: clock
            )
            try await waking
            #expect(outcome == .landed(wasThere: false))
            #expect(try fixture.repository.status().isEmpty)
        }
    }

    @Test("A second holder gets no lease, and so does not land")
    func heldLock() async throws {
        try await TrainFixture.with(["base.txt": "base\n"]) { fixture in
            let landing = LandingFixture(fixture)
            let first = try #require(try await landing.acquire(holder: "one"))
            let second = try await landing.acquire(holder: "two")
            #expect(second == nil)
            await landing.lock.release(first)
        }
    }

    @Test("Fences of different branches do not meet")
    func fileNames() {
        func path(_ name: String) -> String {
            LandingFence(lease: Lease(name: name, holder: "h", token: FencingToken(1)), folder: "/f") { true }.path
        }
        #expect(path("land:/a/b:c") == "/f/land_3a_2fa_2fb_3ac.fence")
        #expect(path("a/b") != path("a%2fb"))
    }
}
