import RunModel

/// One path of a list or a table's cell, with what is said about it.
struct PathItem: Hashable, Sendable {
    var path: String
    /// What is written before and behind the path: `CREATE`, `(NEW)`, `(rate limiter section ONLY)`.
    var notes: [String]
    var line: Int
    /// Column of the path, from 1.
    var column: Int
}

/// Finds the paths of a list item or a cell; a path counts only where a list would have it, not inside a sentence.
struct PathListReader {
    private static let fillers: Set<String> = [
        "any", "all", "other", "the", "files", "file", "in", "under", "of", "everything", "folder", "directory",
        "anything",
        "within", "your", "every", "these", "existing", "both", "inside", "only", "entire", "and", "or", "nothing",
        "but",
    ]
    private static let actions: Set<String> = [
        "new", "create", "created", "modify", "modified", "edit", "update", "add", "append", "rewrite", "delete",
        "remove",
        "replace", "extend", "refactor", "fix", "read", "write", "primary", "secondary", "new:", "owns", "own",
        "optional",
        "move", "rename", "creates", "modifies", "test", "tests", "template", "templates", "script", "docs", "doc",
        "config",
    ]

    /// Reads the paths of one text.
    ///
    /// `column` is the number of characters before it in its line.
    static func read(_ text: String, line: Int, column: Int) -> [PathItem] {
        guard text.utf8.count < 20_000 else { return [] }
        var items: [PathItem] = []
        for piece in pieces(text) {
            guard let found = leadingPath(piece.text) else {
                let note = LineShape.trim(piece.text)
                if !items.isEmpty, !note.isEmpty { items[items.count - 1].notes.append(note) }
                continue
            }
            var notes = found.markers
            let rest = LineShape.trim(found.rest)
            if !rest.isEmpty { notes.append(rest) }
            let position = column + piece.column + found.column + 1
            items.append(PathItem(path: found.path, notes: notes, line: line, column: position))
        }
        return items
    }

    // MARK: Pieces

    /// Cuts at commas, semicolons and line breaks outside brackets and code, and at `and`, `&`, `+` before a path.
    private static func pieces(_ text: String) -> [(text: String, column: Int)] {
        var pieces: [(text: String, column: Int)] = []
        let characters = Array(text)
        var start = 0
        var index = 0
        var depth = 0
        var isCode = false
        func close(_ end: Int) {
            if end > start { pieces.append((String(characters[start..<end]), start)) }
        }
        while index < characters.count {
            let character = characters[index]
            if character == "`" { isCode.toggle() }
            if !isCode {
                if "({".contains(character) { depth += 1 }
                if ")}".contains(character) { depth = max(0, depth - 1) }
                if depth == 0 {
                    if character == "," || character == ";" {
                        close(index)
                        start = index + 1
                    } else if character == "<", isBreak(characters, index) {
                        close(index)
                        while index < characters.count, characters[index] != ">" { index += 1 }
                        start = index + 1
                    } else if character == " ", let length = conjunction(characters, index) {
                        close(index)
                        start = index + length
                        index += length - 1
                    }
                }
            }
            index += 1
        }
        close(characters.count)
        return pieces
    }

    private static func isBreak(_ characters: [Character], _ index: Int) -> Bool {
        index + 3 < characters.count && String(characters[index..<index + 3]).lowercased() == "<br"
    }

    /// Length of ` and `, ` & `, ` + ` when a path follows.
    private static func conjunction(_ characters: [Character], _ index: Int) -> Int? {
        for word in [" and ", " & ", " + ", " · "] {
            let length = word.count
            guard index + length < characters.count, String(characters[index..<index + length]) == word else {
                continue
            }
            var end = index + length
            while end < characters.count, characters[end] != " ", characters[end] != ",", end < index + 300 { end += 1 }
            var next = String(characters[(index + length)..<end])
            let isCode = next.hasPrefix("`")
            if isCode { next = next.replacing("`", with: "") }
            return PathShape.isPath(next, isCode: isCode) ? length : nil
        }
        return nil
    }

    // MARK: One piece

    private struct Leading {
        var path: String
        var column: Int
        var markers: [String]
        var rest: String
    }

    /// The path a piece begins with, behind action words and fillers.
    private static func leadingPath(_ piece: String) -> Leading? {
        var markers: [String] = []
        var rest = Substring(piece)
        var column = 0
        func drop(_ count: Int) {
            column += count
            rest = rest.dropFirst(count)
        }
        var words = 0
        while words < 7 {
            words += 1
            drop(rest.prefix(while: \.isWhitespace).count)
            let stars = rest.prefix { $0 == "*" }.count
            let next = rest.dropFirst(stars).first
            // Emphasis, unless the asterisks begin a glob.
            if stars > 0, next.map({ $0 == "`" || $0.isWhitespace || (stars == 2 && $0 != "/" && $0 != ".") }) ?? true {
                drop(stars)
            }
            if rest.hasPrefix("[ ]") || rest.hasPrefix("[x]") || rest.hasPrefix("[X]") {
                drop(3)
                continue
            }
            guard let first = rest.first else { return nil }
            if first == "`" {
                let body = rest.dropFirst().prefix { $0 != "`" }
                let word = LineShape.trim(body)
                guard PathShape.isPath(word, isCode: true) else {
                    let upper = word.uppercased()
                    guard actions.contains(word.lowercased()), upper == word else { return nil }
                    markers.append(word)
                    drop(body.count + 2)
                    continue
                }
                return Leading(path: word, column: column + 1, markers: markers, rest: tail(rest, body.count + 2))
            }
            if first == "(" {
                let inside = rest.dropFirst().prefix { $0 != ")" }
                guard actions.contains(inside.lowercased()) else { return nil }
                markers.append(String(inside))
                drop(inside.count + 2)
                continue
            }
            if first == "[", let link = link(rest) {
                return Leading(path: link.path, column: column + 1, markers: markers, rest: tail(rest, link.length))
            }
            var word = rest.prefix { !$0.isWhitespace && $0 != "(" }
            let full = word.count
            while let last = word.last, ":.,*".contains(last), !(last == "*" && isGlobEnd(word)) { word.removeLast() }
            if PathShape.isPath(String(word), isCode: false) {
                return Leading(path: String(word), column: column, markers: markers, rest: tail(rest, word.count))
            }
            let lower = word.lowercased()
            if actions.contains(lower) {
                markers.append(String(word))
            } else if !fillers.contains(lower), !isDash(word) {
                return nil
            }
            guard full > 0 else { return nil }
            drop(full)
        }
        return nil
    }

    private static func isDash(_ word: Substring) -> Bool {
        !word.isEmpty && word.allSatisfy { "—–-→+•✅🆕".contains($0) }
    }

    private static func isGlobEnd(_ word: Substring) -> Bool {
        let body = word.dropLast()
        return body.hasSuffix("/") || body.hasSuffix(".") || body.hasSuffix("*") || body.hasSuffix("_")
            || body.hasSuffix("-")
            || !body.contains("*")
    }

    private static func tail(_ text: Substring, _ count: Int) -> String {
        var rest = text.dropFirst(count)
        while rest.first == "*" || rest.first == "`" { rest.removeFirst() }
        return String(rest)
    }

    /// `[src/a.py](src/a.py)`.
    private static func link(_ text: Substring) -> (path: String, length: Int)? {
        guard let close = text.firstIndex(of: "]") else { return nil }
        let after = text[text.index(after: close)...]
        guard after.first == "(", let end = after.firstIndex(of: ")") else { return nil }
        let label = text[text.index(after: text.startIndex)..<close].replacing("`", with: "")
        let path = String(label)
        guard PathShape.isPath(path, isCode: true) else { return nil }
        return (path, text.distance(from: text.startIndex, to: end) + 1)
    }
}
