import Testing

@testable import Orchestrator

@Suite("Differences of git's settings")
struct SettingsDifferenceTests {
    private static let before = "[core]\n\tbare = false\n[branch \"main\"]\n\tremote = origin\n"

    @Test(
        "A setting is seen wherever it stands, also behind its section's bracket",
        arguments: [
            "[core] sshCommand = /tmp/x #]", "[core] sshCommand = /tmp/x", "[core]\n\tfsmonitor = /tmp/x",
            "[include] path = /tmp/x ;]", "[a \"]\"] b = /tmp/x", "[core]sshCommand=/tmp/x ]",
        ]
    )
    func seen(added: String) {
        let after = Self.before + added + "\n"
        #expect(!SettingsDifference.isHarmless(Array(Self.before.utf8), Array(after.utf8)))
    }

    @Test(
        "Upstreams of branches, empty sections and remarks are harmless",
        arguments: [
            "[branch \"x\"]\n\tremote = origin", "[core]", "[core] # nothing", "[core] ; [nothing]", "# [core] a = b",
            "[extensions]\n\tworktreeConfig = true",
        ]
    )
    func harmless(added: String) {
        let after = Self.before + added + "\n"
        #expect(SettingsDifference.isHarmless(Array(Self.before.utf8), Array(after.utf8)))
    }
}
