import RunModel

extension FrontMatter {
    private static let sizeLimit = 64 << 10

    /// Anchors, aliases and deep nesting are refused before the YAML reader sees them.
    static func refusal(_ body: [SourceLine]) -> Finding? {
        if body.reduce(0, { $0 + $1.text.utf8.count }) > sizeLimit {
            return Finding(
                .error,
                "front-matter-invalid",
                "the front matter is larger than 64 KiB",
                line: 1,
                column: 1,
                hint: "move the text below the closing `---`"
            )
        }
        var depth = 0
        for line in body {
            var previous: Character = " "
            var quote: Character?
            var column = 0
            for character in line.text {
                column += 1
                if let open = quote {
                    if character == open { quote = nil }
                } else if character == "\"" || character == "'" {
                    quote = character
                } else if character == "#", previous.isWhitespace {
                    break
                } else if character == "*" || character == "&", previous.isWhitespace || "[,{".contains(previous) {
                    return Finding(
                        .error,
                        "front-matter-alias",
                        "the front matter uses `\(character)`, a YAML alias or anchor",
                        line: line.number,
                        column: column,
                        hint: "put globs in quotes, for example \"*.md\"; anchors are not read"
                    )
                } else if "[{".contains(character) {
                    depth += 1
                } else if "]}".contains(character) {
                    depth -= 1
                }
                if !character.isWhitespace { previous = character } else if previous != "," { previous = " " }
            }
            let markers = line.text.split(separator: " ").prefix { $0 == "-" || $0 == "?" }.count
            if depth > 8 || markers > 4 || LineShape.indent(line.text) > 200 {
                return Finding(
                    .error,
                    "front-matter-invalid",
                    "the front matter is nested too deeply",
                    line: line.number,
                    column: 1,
                    hint: "the keys are: \(keys.joined(separator: ", "))"
                )
            }
        }
        return nil
    }
}
