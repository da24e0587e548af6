import Foundation

extension PromptTemplate {
    /// The template that comes with the product.
    package static let build: PromptTemplate = {
        // The text is part of the program and a test proves that it parses; the bare prompt stands in for the
        // impossible case.
        let bare = PromptTemplate(role: "build", inputs: ["prompt"], parts: [.place("prompt")])
        return (try? parse(EmbeddedPrompts.build, file: "prompts/build.md")) ?? bare
    }()

    /// Text of all embedded templates by file name, for the command that writes them into a repository.
    package static var embedded: [String: String] {
        [
            "build.md": EmbeddedPrompts.build, "dispatch.md": EmbeddedPrompts.dispatch,
            "triage.md": EmbeddedPrompts.triage,
        ]
    }

    /// The role's template from a folder, `<role>.md`, or the embedded one when the folder has no such file.
    ///
    /// Reads one small file and blocks while it does.
    ///
    /// `folder`: absolute path of the repository's `prompts` folder, which need not exist.
    ///
    /// Throws: ``AgentsError`` when the file is there but cannot be read or used: a broken template of the user is
    /// never replaced silently.
    package static func load(role: String, from folder: String) throws(AgentsError) -> PromptTemplate {
        let path = "\(folder)/\(role).md"
        guard FileManager.default.fileExists(atPath: path) else {
            guard let text = embedded["\(role).md"] else {
                throw .templateUnreadable(path, why: "there is no such file, and none is built in")
            }
            return try parse(text, file: "\(role).md")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .templateUnreadable(path, why: "the file cannot be opened")
        }
        let template = try parse(String(decoding: data, as: UTF8.self), file: path)
        guard template.role == role else {
            throw .templateMalformed(path, line: 1, why: "it is for the role \"\(template.role)\"")
        }
        return template
    }
}
