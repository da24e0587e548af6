/// Shell text as commands: enough of the grammar to tell them apart, none of it executed.
enum ShellCommands {
    struct Command: Hashable, Sendable {
        var text: String
        /// Line in the file.
        var line: Int
        /// Characters before the command in its line.
        var column: Int
    }

    /// The commands of a fence, one per logical line: continuations joined, comments and blank lines dropped.
    static func commands(_ lines: some Sequence<SourceLine>) -> [Command] {
        var commands: [Command] = []
        var pending: Command?
        for line in lines {
            let lead = LineShape.leading(line.text)
            var text = LineShape.trim(line.text)
            if pending == nil {
                if text.hasPrefix("$ ") || text.hasPrefix("% ") { text = String(text.dropFirst(2)) }
                if text.isEmpty || text.hasPrefix("#") { continue }
            }
            let continues = text.hasSuffix("\\") && !text.hasSuffix("\\\\")
            if continues { text = LineShape.trim(text.dropLast()) }
            if var open = pending {
                if open.text.utf8.count < 8_000 { open.text += " " + text }
                pending = open
            } else {
                pending = Command(text: text, line: line.number, column: line.columnOffset + lead)
            }
            if !continues, let done = pending {
                commands.append(Command(text: withoutComment(done.text), line: done.line, column: done.column))
                pending = nil
            }
        }
        if let pending { commands.append(pending) }
        return commands
    }

    /// The parts between `&&` and `;`, outside quotes and brackets.
    static func steps(_ text: String) -> [String] {
        var steps: [String] = []
        var current = ""
        var quote: Character?
        var depth = 0
        var previous: Character = " "
        for character in text {
            if let open = quote {
                if character == open, previous != "\\" { quote = nil }
            } else if character == "\"" || character == "'" {
                if previous != "\\" { quote = character }
            } else if character == "(" || character == "{" {
                depth += 1
            } else if character == ")" || character == "}" {
                depth = max(0, depth - 1)
            } else if depth == 0, character == ";" || (character == "&" && previous == "&") {
                if character == "&" { current.removeLast() }
                steps.append(LineShape.trim(current))
                current = ""
                previous = " "
                continue
            }
            current.append(character)
            previous = character
        }
        steps.append(LineShape.trim(current))
        return steps.filter { !$0.isEmpty }
    }

    /// The words of a simple command, quotes removed.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var current = ""
        var isOpen = false
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                current.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { current.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                isOpen = true
            } else if character.isWhitespace {
                if isOpen || !current.isEmpty { words.append(current) }
                current = ""
                isOpen = false
            } else {
                current.append(character)
            }
        }
        if isOpen || !current.isEmpty { words.append(current) }
        return words
    }

    /// Cuts a comment that follows a command.
    static func withoutComment(_ text: String) -> String {
        guard text.utf8.contains(0x23) else { return text }
        var quote: Character?
        var previous: Character = " "
        var result = ""
        for character in text {
            if let open = quote {
                if character == open, previous != "\\" { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "#", previous.isWhitespace {
                return LineShape.trim(result)
            }
            result.append(character)
            previous = character
        }
        return LineShape.trim(result)
    }

    /// The values of `-m` of a `git commit` or `git merge`, joined as git joins them.
    static func message(_ words: [String]) -> String? {
        var parts: [String] = []
        var index = 0
        while index < words.count {
            let word = words[index]
            if word == "-m" || word == "-am" || word == "--message", index + 1 < words.count {
                parts.append(words[index + 1])
                index += 1
            } else if word.hasPrefix("--message=") {
                parts.append(String(word.dropFirst(10)))
            }
            index += 1
        }
        return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
    }
}
