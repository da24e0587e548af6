import RunModel

/// How a fence is given to its shell.
struct ScriptShell: Sendable, Hashable {
    let arguments: [String]

    /// `file`: absolute path of a file that holds the block's body.
    init(block: ScriptBlock, file: String) {
        switch block.language.lowercased() {
        case "sh", "dash": arguments = ["sh", "-e", file]
        case "zsh": arguments = ["zsh", "-e", "-o", "pipefail", file]
        case "python", "python3", "py": arguments = ["python3", file]
        default:
            // The trap tells on standard error which command failed, before `-e` ends the shell. The file is read by
            // `source`, so its own first line is line 1 and a `return` at its top level ends it.
            let trap = """
                trap 'printf "\(Failure.prefix)%d, status %d: %s\\n" "$((LINENO + \(block.line - 1)))" "$?" \
                "$BASH_COMMAND" >&2' ERR; source "$0"
                """
            arguments = ["bash", "-eE", "-o", "pipefail", "-c", trap, file]
        }
    }

    /// A command that failed, as the trap tells it.
    struct Failure: Sendable, Hashable {
        static let prefix = "switchyard: line "

        /// Line in the task file, from 1.
        let line: Int
        let command: String

        init?(line text: String) {
            guard text.hasPrefix(Self.prefix) else { return nil }
            let rest = text.dropFirst(Self.prefix.count)
            guard let comma = rest.firstIndex(of: ","), let line = Int(rest[..<comma]),
                let colon = rest[comma...].firstIndex(of: ":")
            else { return nil }
            self.line = line
            command = String(rest[rest.index(after: colon)...].trimmingSpaces())
        }
    }
}
