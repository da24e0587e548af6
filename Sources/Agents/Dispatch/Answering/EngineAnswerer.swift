package import ChildProcesses
import Foundation
import RunModel

/// Answers questions of people with an engine, in a folder that it can only read.
package struct EngineAnswerer: ThreadAnswering {
    package struct Options: Sendable {
        /// Longest time for one answer; default 10 minutes.
        package var limits = ChildLimits(wallClock: .seconds(600), silence: .seconds(300))
        /// Bytes of a file that go into the prompt; default 16 KiB, and 8 files at most.
        package var fileInBytes = 16 << 10
        package var mostFiles = 8
        /// Names of variables handed on to the engine besides the fixed few.
        package var inherited: [String] = []

        package init() {}
    }

    /// A folder with the repository's files, made for one answer.
    package struct Place: Sendable {
        /// Absolute path of the worktree.
        package var worktree: String
        /// The commit its files are those of (hex).
        package var commit: String
        package var logFolder: String
        package var sandbox: SandboxPolicy?

        package init(worktree: String, commit: String, logFolder: String, sandbox: SandboxPolicy?) {
            self.worktree = worktree
            self.commit = commit
            self.logFolder = logFolder
            self.sandbox = sandbox
        }
    }

    package let name: String
    private let engine: any Engine
    private let template: PromptTemplate
    private let environment: EngineEnvironment
    private let options: Options
    /// Makes a place, runs the body, removes the place; says whether anything in it was changed.
    private let withPlace: @Sendable (String, @escaping @Sendable (Place) async -> ThreadAnswer) async -> ThreadAnswer

    package init(
        engine: any Engine,
        template: PromptTemplate,
        environment: EngineEnvironment,
        options: Options = Options(),
        withPlace: @escaping @Sendable (String, @escaping @Sendable (Place) async -> ThreadAnswer) async -> ThreadAnswer
    ) {
        name = engine.name
        self.engine = engine
        self.template = template
        self.environment = environment
        self.options = options
        self.withPlace = withPlace
    }

    package func answer(_ question: ThreadQuestion) async -> ThreadAnswer {
        await withPlace(question.thread.id) { place in await answer(question, in: place) }
    }

    private func answer(_ question: ThreadQuestion, in place: Place) async -> ThreadAnswer {
        let read = Self.contents(of: question.files, in: place.worktree, options: options)
        let prompt = prompt(question, files: read)
        let assignment = Assignment(
            id: AgentID("dispatch"),
            title: "Answer in thread \(question.thread.id)",
            prompt: prompt
        )
        let run = RunID("dispatch")
        let variables = environment.variables(
            for: engine.variables,
            inherit: options.inherited,
            run: run,
            assignment: assignment,
            taskFile: "",
            worktree: place.worktree,
            baseCommit: place.commit
        )
        let request = EngineRequest(
            run: run,
            assignment: assignment,
            prompt: prompt,
            worktree: place.worktree,
            environment: variables,
            sandbox: place.sandbox,
            limits: options.limits,
            logFolder: place.logFolder
        )
        let outcome = await engine.run(request) { _ in }
        guard case .exited(0) = outcome.ending, outcome.reportedSuccess != false else {
            return .refused(
                why: "the engine '\(name)' failed: \(QuestionStep.excerpt(outcome.summary ?? "\(outcome.ending)"))"
            )
        }
        let text = Self.text(of: outcome, logFolder: place.logFolder)
        let isFile = { (path: String) in Self.isFile(path, in: place.worktree) }
        switch AnswerCheck().check(text, question: question, isFile: isFile) {
        case .refused(let why): return .refused(why: why)
        case .fits(let text, let named):
            var cited = read.map(\.path)
            for file in named where !cited.contains(file) { cited.append(file) }
            let list = cited.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
            return .answered(
                "\(text)\n\n*Answered by \(name), from commit \(place.commit.prefix(9)). Read or named: \(list).*"
            )
        }
    }

    private func prompt(_ question: ThreadQuestion, files: [(path: String, text: String)]) -> String {
        let thread = question.thread.messages.map { message in
            "\(message.role == .human ? "PERSON" : "SYSTEM") (\(message.time.map(LedgerStamp.text) ?? "no time")):\n\(message.text)"
        }
        let options = question.options.map { "\($0.id). \($0.label)\($0.isRecommended ? " (recommended)" : "")" }
        let finding = question.finding.map { finding in
            """
            \(finding.id): \(finding.title)
            Severity: \(finding.severity ?? "unknown")
            Location: \(finding.location ?? "unknown")
            Issue: \(finding.issue)
            Suggested fix: \(finding.suggestedFix ?? "none")
            """
        }
        return template.render([
            "title": question.thread.id,
            "prompt": question.text,
            "context": MarkdownText.fence(thread.joined(separator: "\n\n")),
            "finding": finding.map { MarkdownText.fence($0) } ?? "",
            "options": options.isEmpty ? "" : MarkdownText.fence(options.joined(separator: "\n")),
            "reads": files.map { "`\($0.path)`:\n\n\(MarkdownText.fence($0.text))" }.joined(separator: "\n\n"),
        ])
    }

    /// The answer: the engine's last message, or all it printed where its output is plain text.
    private static func text(of outcome: AttemptOutcome, logFolder: String) -> String {
        let printed =
            FileManager.default.contents(atPath: logFolder + "/stdout.log").map {
                String(decoding: $0.prefix(64 << 10), as: UTF8.self)
            } ?? ""
        // A protocol's lines are objects; their last message is in the outcome.
        let isPlain = !printed.trimmingSpaces().hasPrefix("{")
        return isPlain && !printed.isEmpty ? printed : outcome.summary ?? ""
    }

    private static func contents(
        of files: [String],
        in folder: String,
        options: Options
    ) -> [(path: String, text: String)] {
        files.filter { isFile($0, in: folder) }.prefix(options.mostFiles).compactMap { path in
            guard let handle = FileHandle(forReadingAtPath: folder + "/" + path) else { return nil }
            defer { try? handle.close() }
            guard let data = try? handle.read(upToCount: options.fileInBytes), !data.contains(0) else { return nil }
            return (path, String(decoding: data, as: UTF8.self))
        }
    }

    /// A plain file inside of the folder; a link may lead anywhere and is none.
    private static func isFile(_ path: String, in folder: String) -> Bool {
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else { return false }
        let type =
            (try? FileManager.default.attributesOfItem(atPath: folder + "/" + path))?[.type] as? FileAttributeType
        return type == .typeRegular
    }
}
