import RunModel

/// What the words beside an owned path mean.
struct OwnershipNote: Hashable, Sendable {
    var isNew = false
    var region: Region?
    /// The region limits in so many words (`ONLY`, `APPEND`, a function's name) and does not just describe the work.
    var isExplicit = false
    /// `(6)` behind a glob.
    var count: Int?
    /// Agents named in `after 3A`.
    var after: [String] = []

    private static let newWords: Set<String> = [
        "new", "create", "created", "creates", "new file", "to create", "new files", "new folder", "new directory",
        "new module",
        "new test", "new tests", "new test file", "new component", "new template", "new script", "create new",
        "to be created",
        "create new file", "newly created", "new fragment", "new page", "new doc",
        "does not exist yet", "which does not exist yet",
    ]
    private static let plainWords: Set<String> = [
        "modify", "modified", "edit", "update", "rewrite", "complete rewrite", "full rewrite", "replace", "existing",
        "optional",
        "delete", "remove", "extend", "refactor", "fix", "this file", "only this file", "this file only", "all",
        "full file",
        "entire file", "whole file", "the whole file", "read full file", "existing file", "write", "rw", "read write",
        "yes",
        "enhance or create", "create or enhance", "create or update", "create or modify", "create or extend",
        "modify or create",
        "update or create", "extend or create", "owned", "primary", "test", "tests", "own", "owns", "add", "template",
        "script",
        "docs", "config", "templates", "doc", "main", "full", "only", "exclusive", "exclusive owner", "sole owner",
        "mine",
        "tests only", "all functions", "move", "rename", "folder", "all files", "directory", "file", "only file",
        "everything", "all of it", "all of them",
    ]
    private static let plainStarts = [
        "rewrite ", "complete rewrite", "full rewrite", "if ", "create if", "create or ", "optional", "modify or ",
        "update or ",
        "enhance or ", "only if ", "as needed", "when needed", "replace with", "agent ", "owned by", "full ", "entire ",
        "whole ",
    ]

    /// Reads the notes in order.
    init(_ notes: [String]) {
        for note in notes {
            for part in Self.parts(note) { take(part) }
        }
    }

    /// Cuts `(6) (NEW) — adds x` into the insides of the brackets and the rest.
    private static func parts(_ note: String) -> [String] {
        var parts: [String] = []
        var rest = ""
        var inside = ""
        var depth = 0
        for character in note {
            if character == "(" {
                if depth > 0 || rest.last.map({ !$0.isWhitespace }) == true {
                    depth += 1
                    if depth == 1 { depth = 0 }
                    if depth > 0 { inside.append(character) } else { rest.append(character) }
                } else {
                    depth = 1
                }
                continue
            }
            if character == ")", depth > 0 {
                depth -= 1
                if depth == 0 {
                    parts.append(inside)
                    inside = ""
                } else {
                    inside.append(character)
                }
                continue
            }
            if depth > 0 { inside.append(character) } else { rest.append(character) }
        }
        if !inside.isEmpty { parts.append(inside) }
        let text = stripped(rest)
        if !text.isEmpty { parts.insert(text, at: 0) }
        return parts.map(stripped).filter { !$0.isEmpty }
    }

    private static func stripped(_ text: String) -> String {
        var view = Substring(text)
        while let first = view.first, first.isWhitespace || "—–-:,*|→".contains(first) { view.removeFirst() }
        while let last = view.last, last.isWhitespace || "—–:,*|.".contains(last) { view.removeLast() }
        return String(view)
    }

    private mutating func take(_ text: String) {
        if let number = Int(text) {
            count = number
            return
        }
        let words = Inline.words(text)
        let list = words.split(separator: " ")
        guard !list.isEmpty else { return }
        readAfter(text)
        if list.contains("append") || list.contains("eof") || words.contains("end of file") || list.contains("appends")
        {
            limit(Region(kind: .append, text: text), isExplicit: true)
            return
        }
        let head = Inline.words(text.split { "—–:;".contains($0) }.first.map(String.init) ?? text)
        if Self.newWords.contains(words) || Self.newWords.contains(head) || text.hasPrefix("NEW ")
            || text.hasPrefix("CREATE ")
        {
            isNew = true
            return
        }
        if Self.plainWords.contains(words) || Self.plainStarts.contains(where: { words.hasPrefix($0) || $0 == words }) {
            return
        }
        if Self.plainWords.contains(head), !list.contains("only") { return }
        let isAfter = text.lowercased().hasPrefix("after ") && !list.contains("only")
        if isAfter || words.hasPrefix("depends on") || words.hasPrefix("runs after") { return }
        let symbols = Self.symbols(text)
        if !symbols.isEmpty {
            limit(Region(kind: .symbols, text: text, symbols: symbols), isExplicit: true)
            return
        }
        if words.hasSuffix("this file") || words.hasPrefix("only this file") { return }
        limit(Region(kind: .prose, text: text), isExplicit: list.contains("only"))
    }

    private mutating func limit(_ new: Region, isExplicit: Bool) {
        if let region, region.kind == new.kind {
            self.region = Region(
                kind: region.kind,
                text: region.text + ", " + new.text,
                symbols: region.symbols + new.symbols
            )
        } else if region == nil || (isExplicit && !self.isExplicit) {
            region = new
        }
        self.isExplicit = self.isExplicit || isExplicit
    }

    /// The agents behind `after` or `depends on`.
    private mutating func readAfter(_ text: String) {
        let lower = text.lowercased()
        guard let range = lower.firstRange(of: "after ") ?? lower.firstRange(of: "depends on ") else { return }
        let distance = lower.distance(from: lower.startIndex, to: range.upperBound)
        let tail = text.dropFirst(distance).prefix { $0 != ")" && $0 != "—" && $0 != ";" }
        after.append(String(tail))
    }

    /// Names of functions and classes when the text holds nothing else but words that join them.
    private static func symbols(_ text: String) -> [String] {
        let joining: Set<String> = [
            "and", "only", "modify", "function", "functions", "method", "methods", "class", "classes", "the", "route",
            "routes",
            "or", "handler", "handlers", "in", "edit", "just", "add", "new", "update",
        ]
        var symbols: [String] = []
        for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == "&" || $0 == "+" || $0 == "/" })
        {
            let bare = word.replacing("`", with: "")
            let name = bare.hasSuffix("()") ? bare.dropLast(2) : bare[...]
            let isIdentifier =
                !name.isEmpty
                && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == ":" }
                && name.first?.isNumber == false
            if bare.hasSuffix("()") || (word.hasPrefix("`") && word.hasSuffix("`")), isIdentifier {
                symbols.append(String(name.split { $0 == "." || $0 == ":" }.last ?? name))
            } else if !joining.contains(bare.lowercased()) {
                return []
            }
        }
        return symbols
    }
}
