/// A piece of a Markdown document: one line of text, or a whole fence or table, with its place.
struct Block: Sendable {
    enum Kind: Sendable {
        case blank
        case rule
        case comment
        case heading(level: Int)
        case text
        case quote
        /// A list item; `ordinal` is its number in a numbered list.
        case item(ordinal: Int?)
        case fence(Fence)
        case table(Table)
    }

    var kind: Kind
    /// Indices into the document's lines.
    var lines: Range<Int>
    /// The content without its Markdown marker.
    var text: String
    /// Characters before `text` in its line of the file.
    var column: Int
    /// Cells of white space before the marker.
    var indent: Int

    var fence: Fence? {
        if case .fence(let fence) = kind { fence } else { nil }
    }

    var table: Table? {
        if case .table(let table) = kind { table } else { nil }
    }

    var isBlank: Bool {
        switch kind {
        case .blank, .rule, .comment: true
        default: false
        }
    }

    var isItem: Bool {
        if case .item = kind { true } else { false }
    }

    /// An item of a numbered list.
    var isStep: Bool {
        if case .item(let ordinal) = kind { ordinal != nil } else { false }
    }

    /// A list item or a line of running text.
    var isLine: Bool {
        switch kind {
        case .item, .text: true
        default: false
        }
    }
}

/// A fenced block, or an unfenced call of an agent tool.
struct Fence: Sendable {
    /// The info string, as written.
    var info: String
    /// Indices of the content's lines.
    var body: Range<Int>
    /// Calls such as `Task(...)` that start a line of the content.
    var calls: [PythonCall]
    var isClosed: Bool

    /// The first word of the info string in lower case.
    var language: String {
        info.split { $0 == " " || $0 == "{" || $0 == "," }.first.map { $0.lowercased() } ?? ""
    }

    var isShell: Bool {
        ["bash", "sh", "shell", "zsh", "console", "shell-session", "terminal"].contains(language)
    }

    var isPowerShell: Bool {
        ["powershell", "pwsh", "ps1"].contains(language)
    }

    /// Commands of any shell; only those of ``isShell`` can be run as a script.
    var isCommands: Bool { isShell || isPowerShell }

    /// The content is text for a person or an agent, not code.
    var isPlain: Bool {
        ["", "text", "txt", "plain", "plaintext", "markdown", "md", "prompt", "xml"].contains(language)
    }
}

/// A pipe table.
struct Table: Sendable {
    struct Cell: Sendable {
        var text: String
        /// Characters before `text` in its line.
        var column: Int
    }

    struct Row: Sendable {
        var cells: [Cell]
        /// Index of the row's line.
        var line: Int
    }

    var header: Row
    var rows: [Row]
}
