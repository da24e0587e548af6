package import ChildProcesses
import Foundation
import RunModel

/// Asks an engine something, in a checkout that it can only read, and takes nothing from it but words that were checked.
package struct ReadOnlyEngine: Sendable {
    package struct Options: Sendable {
        /// Longest time for one question; default 10 minutes, 5 of them without a sign of life.
        package var limits = ChildLimits(wallClock: .seconds(600), silence: .seconds(300))
        /// Bytes of a file that go into the prompt; default 16 KiB, and 8 files at most.
        package var fileInBytes = 16 << 10
        package var mostFiles = 8
        /// Names of variables handed on to the engine besides the fixed few.
        package var inherited: [String] = []

        package init() {}
    }

    /// A folder with the repository's files, made for one question.
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

    /// A file that goes into the prompt.
    struct ReadFile: Hashable, Sendable {
        /// Relative to the repository.
        var path: String
        var text: String
    }

    struct Question: Sendable {
        /// What it is about, for names of folders and for people: a thread, a blocker.
        var subject: String
        /// Who asks: the role of the prompt.
        var role: String
        /// Files that may help, relative to the repository; those that are there are read.
        var files: [String]
        /// The prompt, with those files.
        var prompt: @Sendable ([ReadFile]) -> String
    }

    /// What an engine said, and where it stood.
    struct Words: Sendable {
        var text: String
        /// Files that were in the prompt.
        var read: [String]
        /// Hex.
        var commit: String
        /// Whether a path is a plain file of the checkout.
        var isFile: @Sendable (String) -> Bool
    }

    /// What came of a question.
    package enum Reply: Sendable, Hashable {
        /// Words that passed their check.
        case accepted(String)
        /// Nothing that may be used came out.
        case refused(why: String)
    }

    package typealias WithPlace = @Sendable (@escaping @Sendable (Place) async -> Reply) async -> Reply

    package let name: String
    private let engine: any Engine
    private let environment: EngineEnvironment
    private let options: Options
    /// Makes a place, runs the body, removes the place; refuses what an engine said that changed anything in it.
    private let withPlace: WithPlace

    package init(
        engine: any Engine,
        environment: EngineEnvironment,
        options: Options = Options(),
        withPlace: @escaping WithPlace
    ) {
        name = engine.name
        self.engine = engine
        self.environment = environment
        self.options = options
        self.withPlace = withPlace
    }

    /// Asks, and gives what was said to the check while the checkout is there.
    func ask(_ question: Question, check: @escaping @Sendable (Words) -> Reply) async -> Reply {
        await withPlace { place in await ask(question, in: place, check: check) }
    }

    private func ask(_ question: Question, in place: Place, check: (Words) -> Reply) async -> Reply {
        let read = contents(of: question.files, in: place.worktree)
        let prompt = question.prompt(read)
        let assignment = Assignment(id: AgentID(question.role), title: question.subject, prompt: prompt)
        let run = RunID(question.role)
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
            let words = outcome.summary ?? "\(outcome.ending)"
            return .refused(why: "the engine '\(name)' failed: \(PromptText.line(words, limit: 160))")
        }
        return check(
            Words(
                text: Self.text(of: outcome, logFolder: place.logFolder),
                read: read.map(\.path),
                commit: place.commit,
                isFile: { Self.isFile($0, in: place.worktree) }
            )
        )
    }

    /// The engine's last message, or all it printed where its output is plain text.
    private static func text(of outcome: AttemptOutcome, logFolder: String) -> String {
        let printed =
            FileManager.default.contents(atPath: logFolder + "/stdout.log").map {
                String(decoding: $0.prefix(64 << 10), as: UTF8.self)
            } ?? ""
        // A protocol's lines are objects; their last message is in the outcome.
        let isPlain = !printed.trimmingSpaces().hasPrefix("{")
        return isPlain && !printed.isEmpty ? printed : outcome.summary ?? ""
    }

    private func contents(of files: [String], in folder: String) -> [ReadFile] {
        files.filter { Self.isFile($0, in: folder) }.prefix(options.mostFiles).compactMap { path in
            guard let handle = FileHandle(forReadingAtPath: folder + "/" + path) else { return nil }
            defer { try? handle.close() }
            guard let data = try? handle.read(upToCount: options.fileInBytes), !data.contains(0) else { return nil }
            return ReadFile(path: path, text: String(decoding: data, as: UTF8.self))
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

extension [ReadOnlyEngine.ReadFile] {
    /// As they stand in a prompt.
    var inPrompt: String { map { "`\($0.path)`:\n\n\(MarkdownText.fence($0.text))" }.joined(separator: "\n\n") }
}
