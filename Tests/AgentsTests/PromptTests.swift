import Agents
import Foundation
import RunModel
import TestSupport
import Testing

@Suite("Prompt templates")
struct PromptTemplateTests {
    private func error(_ text: String) throws -> String {
        try #require(throws: AgentsError.self) { _ = try PromptTemplate.parse(text, file: "x.md") }.message
    }

    @Test("Places are filled, and sections without input vanish with their lines")
    func render() throws {
        let text =
            "---\nrole: build\ninputs: [agent, tests, title]\n---\nHi {{agent}}{{title}}.\n{{#tests}}\nRun {{tests}}\n{{/tests}}\nEnd\n"
        let template = try PromptTemplate.parse(text, file: "x.md")
        #expect(template.role == "build")
        #expect(template.inputs == ["agent", "tests", "title"])
        #expect(template.render(["agent": "A", "title": "!"]) == "Hi A!.\nEnd\n")
        #expect(template.render(["agent": "A", "tests": "t"]) == "Hi A.\nRun t\nEnd\n")
        let windows = try PromptTemplate.parse(text.replacing("\n", with: "\r\n"), file: "x.md")
        #expect(windows == template)
    }

    @Test("What was filled in is not searched again")
    func noRescan() throws {
        let template = try PromptTemplate.parse(
            "---\nrole: r\ninputs: [prompt, agent]\n---\n{{prompt}}{{agent}}",
            file: "x"
        )
        #expect(template.render(["prompt": "{{agent}}\n{{#agent}}\n", "agent": "A"]) == "{{agent}}\n{{#agent}}\nA")
    }

    @Test("Mistakes are told with file and line")
    func mistakes() throws {
        let head = "---\nrole: build\ninputs: [agent]\n---\n"
        let start = "the prompt template cannot be used: "
        #expect(try error("Hello") == "x.md:1: \(start)it does not begin with front matter between \"---\" lines")
        #expect(try error("---\ninputs: []\n---\n") == "x.md:1: \(start)it names no \"role\"")
        #expect(try error("---\nrole: a\nrule: b\n---\n") == "x.md:3: \(start)front matter key \"rule\" is not known")
        #expect(try error("---\nrole: a\ninputs: [agnt]\n---\n") == "x.md:1: \(start)input \"agnt\" is not known")
        #expect(try error(head + "a\n{{title}}") == "x.md:6: \(start)\"{{title}}\" is not among the inputs")
        #expect(try error(head + "{{#agent}}\n") == "x.md:5: \(start)section \"{{#agent}}\" is not closed")
        #expect(try error(head + "\n{{/agent}}\n") == "x.md:6: \(start)\"{{/agent}}\" closes no section")
    }

    @Test("A folder's template replaces the built-in one; a broken one is an error, never ignored")
    func loading() throws {
        try withTemporaryFolder { folder in
            #expect(try PromptTemplate.load(role: "build", from: folder.path) == PromptTemplate.build)
            #expect(PromptTemplate.build.inputs.count == 15)
            try folder.write("---\nrole: build\ninputs: []\n---\nMine.\n", to: "build.md")
            #expect(try PromptTemplate.load(role: "build", from: folder.path).render([:]) == "Mine.\n")
            try folder.write("broken", to: "build.md")
            #expect(throws: AgentsError.self) { try PromptTemplate.load(role: "build", from: folder.path) }
            try folder.write("---\nrole: triage\ninputs: []\n---\n", to: "build.md")
            #expect(throws: AgentsError.self) { try PromptTemplate.load(role: "build", from: folder.path) }
            #expect(throws: AgentsError.self) { try PromptTemplate.load(role: "nobody", from: folder.path) }
        }
    }
}

@Suite("Embedded prompts")
struct EmbeddedPromptsTests {
    @Test("The embedded copy equals the file in the repository", arguments: PromptTemplate.embedded.keys.sorted())
    func fresh(name: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let text = String(decoding: try Data(contentsOf: root.appending(path: "prompts/\(name)")), as: UTF8.self)
        let embedded = try #require(PromptTemplate.embedded[name])
        if ProcessInfo.processInfo.environment["SWITCHYARD_RECORD"] == "1" {
            let source = root.appending(path: "Sources/Agents/Prompting/EmbeddedPrompts.swift")
            let old = String(decoding: try Data(contentsOf: source), as: UTF8.self)
            try Data(old.replacing(embedded, with: text).utf8).write(to: source)
            return
        }
        #expect(embedded == text, "SWITCHYARD_RECORD=1 writes the copy anew")
    }

    @Test("Each file of the repository has an embedded copy")
    func complete() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../prompts").standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }
        #expect(files.sorted() == PromptTemplate.embedded.keys.sorted())
    }
}

@Suite("Prompt composer")
struct PromptComposerTests {
    private func plan() -> (plan: Plan, assignment: Assignment) {
        let ownership = Ownership(
            owned: [
                OwnedPath(pattern: PathPattern(kind: .path, text: "web/limits.py"), isNew: true),
                OwnedPath(pattern: PathPattern(kind: .folder, text: "web/static")),
                OwnedPath(pattern: PathPattern(kind: .glob, text: "tests/test_limits_*.py")),
                OwnedPath(
                    pattern: PathPattern(kind: .path, text: "web/app.py"),
                    region: Region(kind: .symbols, text: "`index()`, `login()`", symbols: ["index", "login"])
                ),
                OwnedPath(
                    pattern: PathPattern(kind: .path, text: "web/routes.py"),
                    region: Region(kind: .append, text: "APPEND route at EOF")
                ),
                OwnedPath(
                    pattern: PathPattern(kind: .path, text: "web/hooks.py"),
                    region: Region(kind: .prose, text: "after_request hooks ONLY")
                ),
            ],
            forbidden: [PathPattern(kind: .path, text: "web/auth.py")]
        )
        let assignment = Assignment(
            id: AgentID("T3-A"),
            title: "Rate limits",
            prompt: "Add the limiter.\r\n\r\n\tUse {{title}} as it is. \n```sh\ngit status\n```\n",
            ownership: ownership,
            reads: ["docs/limits.md"],
            outputs: ["web/limits.py"],
            tests: ["python3 -m pytest tests/test_limits_a.py", "ruff check web"],
            commitMessage: "web: limit requests\n\nCloses #12"
        )
        let plan = Plan(
            title: "Sprint 82",
            file: "sprint.md",
            assignments: [assignment],
            collect: [CollectRule(pattern: "scenarios-pending-*.md", target: "scenarios.md")],
            append: ["CHANGELOG.md"],
            sharedContext: "The service is Flask.\n\nPython 3.11.",
            readOnly: [PathPattern(kind: .path, text: "web/db.py"), PathPattern(kind: .folder, text: "web/static")]
        )
        return (plan, assignment)
    }

    @Test("A full prompt reads as it should")
    func full() {
        let (plan, assignment) = plan()
        let prompt = PromptComposer.compose(
            plan: plan,
            assignment: assignment,
            run: RunID("run-1"),
            template: .build
        )
        Snapshot.expect(prompt, matches: "full.md")
    }

    @Test("An assignment that says nothing but its task gets no empty headings")
    func minimal() {
        let assignment = Assignment(id: AgentID("A"), title: "Tidy up", prompt: "Tidy up.")
        let prompt = PromptComposer.compose(
            plan: Plan(title: "Chores", file: "t.md", assignments: [assignment]),
            assignment: assignment,
            run: RunID("run-1"),
            template: .build
        )
        Snapshot.expect(prompt, matches: "minimal.md")
    }

    @Test("The agent's own part stands in the prompt byte for byte, and last")
    func byteForByte() {
        let (plan, assignment) = plan()
        let prompt = PromptComposer.compose(
            plan: plan,
            assignment: assignment,
            run: RunID("run-1"),
            template: .build
        )
        #expect(
            Array(prompt.utf8).suffix(assignment.prompt.utf8.count + 1) == Array((assignment.prompt + "\n").utf8)[...]
        )
    }
}
