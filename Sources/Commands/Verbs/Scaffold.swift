import Foundation

/// What `switchyard init` makes in a repository; never touches what is there.
struct Scaffold {
    /// One file or folder, and whether it is still to be made.
    struct Step {
        enum Content {
            /// A folder, kept in git by an empty file.
            case folder
            case file(String)
            /// A line of `.git/info/exclude`.
            case ignored(String)
        }

        var path: String
        var content: Content
        var isMissing: Bool
        var note: String?
    }

    static let examplePath = "prompts/examples/first-run.md"

    let place: RepositoryPlace
    let settings: RunnerSettings

    /// Everything a ready repository has, in the order to make it.
    func steps() throws(CommandFailure) -> [Step] {
        var steps = [
            file(RunnerSettings.fileName, ScaffoldText.settings()),
            file(Self.examplePath, ScaffoldText.example),
        ]
        for (name, text) in ScaffoldText.prompts { steps.append(file("prompts/\(name)", text)) }
        steps.append(folder(settings.outputFolder, note: "reports and blockers"))
        steps.append(folder("data", note: "ledger data"))
        steps.append(try ignoreStep())
        return steps
    }

    /// Makes one step; a file that appeared in the meantime is left alone.
    func make(_ step: Step) throws(CommandFailure) {
        do {
            switch step.content {
            case .folder: try write("", to: place.absolute(step.path + ".gitkeep"))
            case .file(let text): try write(text, to: place.absolute(step.path))
            case .ignored(let line): try append(line, to: place.gitFolder + "/info/exclude")
            }
        } catch {
            throw .environment(
                "'\(step.path)' cannot be made: \((error as NSError).localizedDescription)",
                hint: "Check who may write to '\(place.root)' and how much room there is. What was made so far stays."
            )
        }
    }

    private func file(_ path: String, _ text: String) -> Step {
        Step(path: path, content: .file(text), isMissing: !exists(path))
    }

    private func folder(_ path: String, note: String) -> Step {
        let path = path.hasSuffix("/") ? path : path + "/"
        return Step(path: path, content: .folder, isMissing: !exists(path), note: note)
    }

    private func ignoreStep() throws(CommandFailure) -> Step {
        let line = "/" + settings.stateFolder + "/"
        let path = place.gitFolder + "/info/exclude"
        var text = ""
        if FileManager.default.fileExists(atPath: path) {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw .environment("'\(path)' cannot be read.", hint: "Check who may read it: ls -l \(path)")
            }
            text = String(decoding: data, as: UTF8.self)
        }
        let known: Set = [line, String(line.dropFirst()), String(line.dropLast()), settings.stateFolder]
        let isKnown = text.split(separator: "\n").contains { known.contains(String($0).trimmed) }
        return Step(path: ".git/info/exclude", content: .ignored(line), isMissing: !isKnown, note: "ignores \(line)")
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: place.absolute(path)) }

    private func write(_ text: String, to path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
    }

    private func append(_ line: String, to path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
        try Data((text + line + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
