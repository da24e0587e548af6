/// The paths one assignment may write, and the ones it must leave alone.
package struct Ownership: Hashable, Sendable, Codable {
    /// What the agent may write: rows of the table joined with what its prompt and its declared outputs name.
    package var owned: [OwnedPath]
    /// What it must not touch even where an owned pattern covers it.
    package var forbidden: [PathPattern]

    package init(owned: [OwnedPath] = [], forbidden: [PathPattern] = []) {
        self.owned = owned
        self.forbidden = forbidden
    }
}

/// One row of ownership: a pattern, and what the row says about it.
package struct OwnedPath: Hashable, Sendable, Codable {
    package var pattern: PathPattern
    /// The path must not exist at the base: `(NEW)`, `(CREATE)`.
    package var isNew: Bool
    /// The part of the file that is owned; `nil` for the whole of it.
    package var region: Region?
    /// Where the row stands in the task file, from 1; 0 when it was derived.
    package var line: Int

    package init(pattern: PathPattern, isNew: Bool = false, region: Region? = nil, line: Int = 0) {
        self.pattern = pattern
        self.isNew = isNew
        self.region = region
        self.line = line
    }
}

/// A part of a file that an assignment owns, so that several may share the file.
package struct Region: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// Only insertions after the last line of the base.
        case append
        /// Named functions or classes: each hunk's context must name one.
        case symbols
        /// Anything else; allowed, and the report says that it rests on review.
        case prose
    }

    package var kind: Kind
    /// The author's words, for example `rate limiter section ONLY`.
    package var text: String
    /// Names of functions and classes without brackets; empty unless `kind` is `symbols`.
    package var symbols: [String]

    package init(kind: Kind, text: String, symbols: [String] = []) {
        self.kind = kind
        self.text = text
        self.symbols = symbols
    }
}

/// The part of a file that somebody owns, where it is not the whole of it.
package struct OwnedPart: Hashable, Sendable, Codable {
    /// The path or pattern as the task file has it.
    package var path: String
    package var region: Region

    package init(path: String, region: Region) {
        self.path = path
        self.region = region
    }
}

extension Ownership {
    /// What is owned in parts only; a path that another row owns whole is not among them.
    package var parts: [OwnedPart] {
        let whole = Set(owned.filter { $0.region == nil }.map(\.pattern))
        return owned.compactMap { row in
            guard let region = row.region, !whole.contains(row.pattern) else { return nil }
            return OwnedPart(path: row.pattern.description, region: region)
        }
    }
}
