/// A repository path as people write it in a task file: one file, a folder, or a glob.
///
/// Paths are relative to the repository's root, with `/` between components and no leading `./`.
package struct PathPattern: Hashable, Sendable, Codable, CustomStringConvertible {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// Exactly this path.
        case path
        /// Everything below this folder; `text` has no trailing slash.
        case folder
        /// `*` and `?` stay within a component, `**` crosses them, `[...]` and `{a,b}` as in a shell.
        case glob
    }

    package let kind: Kind
    package let text: String

    package init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }

    package var description: String { kind == .folder ? text + "/" : text }
}
