import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Conflict markers and secrets are found on added lines only")
struct ContentChecksTests {
    private func added(_ text: String, lines: ClosedRange<Int>? = nil) -> FileChange {
        var change = FileChange(path: Array("f".utf8), kind: .added, newEntry: .file, new: Array(text.utf8))
        let count = TextLines(change.new).count
        change.addedLines = [lines ?? 1...max(1, count)]
        return change
    }

    @Test("A whole conflict is an error at its first line")
    func conflict() {
        let findings = ConflictMarkers.findings(added("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n"))
        #expect(findings.map(\.code) == ["conflict-markers"])
        #expect(findings.first?.line == 2)
        let diff3 = "<<<<<<< a\nx\n||||||| base\ny\n=======\nz\n>>>>>>> b\r\n"
        #expect(ConflictMarkers.findings(added(diff3)).map(\.code) == ["conflict-markers"])
    }

    @Test(
        "What only looks like a marker is no conflict",
        arguments: [
            "Title\n=======\n\ntext\n", "=======\n", "    <<<<<<< x\n    =======\n    >>>>>>> y\n",
            "<<<<<<<<\n=======\n>>>>>>>>\n", "cat <<EOF\n=======\nEOF\n", "", "<<<<<<<x\n=======\n>>>>>>>x\n",
        ]
    )
    func noConflict(text: String) {
        #expect(ConflictMarkers.findings(added(text)).isEmpty)
    }

    @Test("A lone marker is a warning, and old markers are nobody's new fault")
    func lone() {
        #expect(ConflictMarkers.findings(added("a\n>>>>>>> x\n")).map(\.severity) == [.warning])
        #expect(ConflictMarkers.findings(added("<<<<<<< x\na\n")).map(\.severity) == [.warning])
        let old = "<<<<<<< a\nb\n=======\nc\n>>>>>>> d\nnew\n"
        #expect(ConflictMarkers.findings(added(old, lines: 6...6)).isEmpty)
    }

    // Assembled here, so that no whole key stands in the repository.
    private static let body = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC3"

    private static let samples: [(String, String)] = {
        var samples: [(String, String)] = []
        samples.append(("token = \"" + "ghp_" + body + "\"", "GitHub token"))
        samples.append(("AK" + "IA" + "Q3E5T7U9P1A2S4D6", "AWS access key"))
        samples.append(("key: " + "sk-ant-" + "api03-" + body, "Anthropic key"))
        samples.append(("'" + "AI" + "za" + String(body.prefix(35)) + "'", "Google API key"))
        samples.append(("glp" + "at-" + String(body.prefix(20)), "GitLab token"))
        samples.append(("sk_" + "live_" + String(body.prefix(24)), "Stripe key"))
        samples.append(("-----BEGIN " + "RSA PRIVATE KEY-----", "private key"))
        samples.append(("-----BEGIN " + "PRIVATE KEY-----", "private key"))
        return samples
    }()

    @Test(
        "Key shapes are found and never repeated",
        arguments: samples
    )
    func secrets(line: String, name: String) throws {
        let findings = SecretShapes.findings(added("x\n" + line + "\n"), isBlocking: false)
        let finding = try #require(findings.first)
        #expect(findings.count == 1)
        #expect(finding.message.contains(name))
        #expect(finding.line == 2)
        #expect(finding.severity == .warning)
        #expect(!finding.message.contains(Self.body.prefix(12)))
        #expect(SecretShapes.findings(added(line), isBlocking: true).map(\.severity) == [.error])
    }

    @Test(
        "Placeholders and words are no secrets",
        arguments: [
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "AKIAIOSFODNN7EXAMPLE",
            "sk-ant-your-key-goes-here-0123456789abc",
            "task-ant-aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0", "ghp_short", "-----BEGIN CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----",
        ]
    )
    func noSecrets(line: String) {
        #expect(SecretShapes.findings(added(line), isBlocking: true).isEmpty)
    }

    @Test("Protected by the diff: an old secret is not reported again")
    func oldSecret() {
        let text = "ghp_" + Self.body + "\nnew\n"
        #expect(SecretShapes.findings(added(text, lines: 2...2), isBlocking: true).isEmpty)
    }

    @Test("Declared outputs may be files, folders and globs")
    func outputs() {
        let entries = ["docs/a.md", "data/x/y.json"].map { Array($0.utf8) }
        let wanted = ["docs/a.md", "docs", "data/", "data/**/*.json", "docs/b.md", "dat", "*.md"]
        #expect(GateEvidence.missing(wanted, among: entries) == ["docs/b.md", "dat", "*.md"])
    }
}
