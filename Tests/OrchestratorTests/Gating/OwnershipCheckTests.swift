import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Only changes to owned paths pass")
struct OwnershipCheckTests {
    private func owned(
        _ text: String,
        _ kind: PathPattern.Kind = .path,
        isNew: Bool = false,
        region: Region? = nil
    ) -> OwnedPath {
        OwnedPath(pattern: PathPattern(kind: kind, text: text), isNew: isNew, region: region)
    }

    private func check(
        _ rows: [OwnedPath],
        forbidden: [PathPattern] = [],
        others: [OwnedPath] = [],
        readOnly: [PathPattern] = [],
        outputs: [String] = [],
        tests: [String] = [],
        collect: [CollectRule] = [],
        taskFile: String = "tasks/t3.md"
    ) -> OwnershipCheck {
        let mine = Assignment(
            id: AgentID("T3-A"),
            title: "A",
            ownership: Ownership(owned: rows, forbidden: forbidden),
            outputs: outputs,
            tests: tests
        )
        let other = Assignment(id: AgentID("T3-B"), title: "B", ownership: Ownership(owned: others))
        let plan = Plan(title: "T", file: taskFile, assignments: [mine, other], collect: collect, readOnly: readOnly)
        return OwnershipCheck(plan: plan, assignment: mine, protected: ProtectedPaths(taskFile: taskFile))
    }

    private func change(
        _ path: String,
        _ kind: FileChange.Kind = .modified,
        old: FileChange.Entry? = .file,
        new: FileChange.Entry? = .file
    ) -> FileChange {
        FileChange(
            path: Array(path.utf8),
            kind: kind,
            oldEntry: kind == .added ? nil : old,
            newEntry: kind == .deleted ? nil : new
        )
    }

    private func codes(_ check: OwnershipCheck, _ changes: FileChange...) -> [String] {
        check.findings(changes).map(\.code) + check.protectedFindings(changes).map(\.code)
    }

    @Test("An edit, addition or deletion of an owned path passes, of any other it does not")
    func plain() {
        let subject = check([owned("src", .folder)])
        for kind in [FileChange.Kind.added, .modified, .deleted] {
            #expect(codes(subject, change("src/a", kind)) == [])
            #expect(codes(subject, change("lib/a", kind)) == ["unowned-path"])
        }
    }

    @Test("A rename needs both paths")
    func rename() {
        let subject = check([owned("src", .folder)])
        #expect(codes(subject, change("src/a", .deleted), change("src/b", .added)) == [])
        #expect(codes(subject, change("lib/a", .deleted), change("src/a", .added)) == ["unowned-path"])
        #expect(codes(subject, change("src/a", .deleted), change("lib/a", .added)) == ["unowned-path"])
    }

    @Test("Changes of mode, links and submodules are changes of their path")
    func entries() {
        let subject = check([owned("src", .folder), owned("vendor/x")])
        #expect(codes(subject, change("run.sh", old: .file, new: .executable)) == ["unowned-path"])
        #expect(codes(subject, change("src/run.sh", old: .file, new: .executable)) == [])
        #expect(codes(subject, change("src/sub", .added, new: .submodule)) == ["submodule-change"])
        #expect(codes(subject, change("vendor/x", old: .submodule, new: .submodule)) == [])
        var link = change("src/link", .added, new: .symbolicLink)
        link.new = Array("../lib/a".utf8)
        #expect(codes(subject, link) == [])
        link.new = Array("../../etc/passwd".utf8)
        #expect(codes(subject, link) == ["link-outside"])
        link.new = Array("/etc/passwd".utf8)
        #expect(codes(subject, link) == ["link-outside"])
    }

    @Test("A case-only rename of an owned file to an unowned name is refused")
    func caseOnly() {
        let subject = check([owned("README.md")])
        #expect(codes(subject, change("README.md", .deleted), change("Readme.md", .added)) == ["unowned-path"])
        let confusable = [Array("src/a.txt".utf8): Array("src/A.txt".utf8)]
        let findings = check([owned("src", .folder)]).findings([change("src/a.txt", .added)], confusable: confusable)
        #expect(findings.map(\.code) == ["case-collision"])
    }

    @Test("A forbidden path beats a covering row, and an exact row beats a forbidden folder")
    func forbidden() {
        let subject = check(
            [owned("src", .folder), owned("web/app.py")],
            forbidden: [PathPattern(kind: .path, text: "src/core.py"), PathPattern(kind: .folder, text: "web")]
        )
        #expect(codes(subject, change("src/core.py")) == ["forbidden-path"])
        #expect(codes(subject, change("src/other.py")) == [])
        #expect(codes(subject, change("web/app.py")) == [])
        #expect(codes(subject, change("web/x.py")) == ["forbidden-path"])
    }

    @Test("Read-only paths need a row that lies within them")
    func readOnly() {
        let lock = [PathPattern(kind: .glob, text: "**/*.lock"), PathPattern(kind: .path, text: "src/schema.sql")]
        #expect(codes(check([owned("src", .folder)], readOnly: lock), change("src/a.lock")) == ["read-only-path"])
        #expect(codes(check([owned("src/a.lock")], readOnly: lock), change("src/a.lock")) == [])
        #expect(codes(check([owned("src", .folder)], readOnly: lock), change("src/schema.sql")) == ["read-only-path"])
    }

    @Test(
        "Protected paths are refused whatever folder the agent owns, unless a row names them",
        arguments: [
            "tasks/t3.md", ".gitattributes", "src/.gitattributes", ".gitmodules", ".github/workflows/ci.yml",
            ".gitlab-ci.yml", "Jenkinsfile", "azure-pipelines.yml", ".circleci/config.yml", "AGENTS.md",
            "src/CLAUDE.md",
            ".claude/settings.json", "GEMINI.md", ".cursor/rules/a.mdc", "switchyard.yaml", ".switchyard/x",
            ".husky/pre-commit", ".GitHub/workflows/ci.yml", "claude.MD",
        ]
    )
    func protected(path: String) {
        #expect(codes(check([owned("**", .glob)]), change(path)) == ["protected-path"])
        #expect(codes(check([owned(path)]), change(path)) == [])
    }

    @Test("A row that names a protected folder or file name opens it; .gitignore is an ordinary file")
    func protectedByFolder() {
        #expect(codes(check([owned(".github/workflows", .folder)]), change(".github/workflows/ci.yml")) == [])
        #expect(codes(check([owned("**/CLAUDE.md", .glob)]), change("a/CLAUDE.md")) == [])
        #expect(codes(check([owned("src", .folder)]), change("src/.gitignore")) == [])
        #expect(codes(check([owned("src", .folder)]), change(".gitignore")) == ["unowned-path"])
    }

    @Test("Declared outputs and named test files are owned without a row")
    func derived() {
        let subject = check(
            [],
            outputs: ["docs/report.md", "data/"],
            tests: ["python -m pytest tests/test_login.py::TestA -v", "make"]
        )
        #expect(codes(subject, change("docs/report.md", .added)) == [])
        #expect(codes(subject, change("data/a.json", .added)) == [])
        #expect(codes(subject, change("tests/test_login.py", .added)) == [])
        #expect(codes(subject, change("tests/other.py", .added)) == ["unowned-path"])
    }

    @Test("A collected file belongs to the agent whose letter its name holds")
    func collected() {
        let rule = CollectRule(pattern: "pending-t3-*.md", target: "pending.md")
        let subject = check([], collect: [rule])
        #expect(codes(subject, change("pending-t3-a.md", .added)) == [])
        #expect(codes(subject, change("pending-t3-login.md", .added)) == [])
        #expect(codes(subject, change("pending-t3-b.md", .added)) == ["unowned-path"])
        #expect(codes(subject, change("pending-t3-a.md", .deleted)) == ["unowned-path"])
        #expect(codes(subject, change("pending.md")) == ["unowned-path"])
    }

    @Test("A row for a new file warns when the base has it")
    func notNew() {
        let findings = check([owned("a.py", isNew: true)]).findings([change("a.py")])
        #expect(findings.map(\.code) == ["not-new"])
        #expect(findings.first?.severity == .warning)
    }

    @Test("Messages say what, where, whose it is and what to do")
    func messages() {
        let append = Region(kind: .append, text: "APPEND route at EOF")
        let subject = check(
            [owned("src", .folder), owned("web/routes.py", region: append)],
            forbidden: [PathPattern(kind: .path, text: "src/core.py")],
            others: [owned("web/app.py")],
            readOnly: [PathPattern(kind: .glob, text: "*.lock")]
        )
        var routes = change("web/routes.py")
        (routes.old, routes.new) = (Array("a\nb\nc\n".utf8), Array("a\nB\nc\nd\n".utf8))
        var link = change("src/link", .added, new: .symbolicLink)
        link.new = Array("/etc/passwd".utf8)
        let changes = [
            change("web/app.py"), change("notes.txt", .added), change("gone.txt", .deleted), change("src/core.py"),
            change("uv.lock"), routes, link, change("src/lib", .added, new: .submodule),
            change("run.sh", old: .file, new: .executable), change(".github/workflows/ci.yml"), change("tasks/t3.md"),
        ]
        let collision = [Array("notes.txt".utf8): Array("Notes.txt".utf8)]
        let findings = subject.findings(changes, confusable: collision) + subject.protectedFindings(changes)
        Snapshot.expect(FindingList.text(findings), matches: "ownership-messages.txt", normalizing: .none)
    }
}

/// Findings as lines of text, for snapshots.
enum FindingList {
    static func text(_ findings: [Finding]) -> String {
        findings.map { finding in
            let place = finding.file.map { finding.line > 0 ? " \($0):\(finding.line)" : " \($0)" } ?? ""
            let hint = finding.hint.map { "\n    hint: \($0)" } ?? ""
            return "\(finding.severity.rawValue) [\(finding.code)]\(place)\n    \(finding.message)\(hint)"
        }.joined(separator: "\n") + "\n"
    }
}
