/// A call in Python's notation that launches an agent, for example `Task(model="sonnet", prompt="""...""")`.
struct PythonCall: Sendable {
    struct Argument: Sendable {
        var keyword: String?
        var value: PythonValue
    }

    var name: String
    var arguments: [Argument]
    /// Indices of the lines the call takes.
    var lines: Range<Int>
    /// The prompt's end was not found and had to be guessed.
    var isUnclosed: Bool

    subscript(keyword: String) -> PythonValue? {
        arguments.first { $0.keyword == keyword }?.value
    }

    /// The prompt: by keyword, else the longest positional string.
    var prompt: PythonString? {
        for name in ["prompt", "instructions", "task", "message"] {
            if case .string(let string) = self[name] { return string }
        }
        return nil
    }

    func text(_ keyword: String) -> String? {
        if case .string(let string) = self[keyword] { string.text } else { nil }
    }
}

/// A literal value of an argument.
enum PythonValue: Sendable {
    case string(PythonString)
    /// A number, a name, `True`, `None`, a list: as written.
    case other(String)
}

/// A string literal: its text, and the same text as lines with their places in the file.
struct PythonString: Sendable {
    var text: String
    var lines: [SourceLine]

    /// Joins an adjacent literal onto this one, as Python does.
    mutating func append(_ other: PythonString) {
        text += other.text
        guard let last = lines.last, last.ending.isEmpty, let first = other.lines.first else {
            lines += other.lines
            return
        }
        lines[lines.count - 1].text = last.text + first.text
        lines[lines.count - 1].ending = first.ending
        lines += other.lines.dropFirst()
    }
}
