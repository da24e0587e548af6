/// Finds the files that a text names.
package enum PathMentions {
    /// Paths in their order, each once: words with a slash and an ending, and names in backticks with a known ending.
    package static func paths(in text: String) -> [String] {
        var paths: [String] = []
        for piece in text.split(whereSeparator: { $0.isWhitespace || "`\"'()[]{}<>|,;*“”".contains($0) }) {
            let path = path(piece)
            if let path, !paths.contains(path) { paths.append(path) }
        }
        return paths
    }

    private static func path(_ piece: Substring) -> String? {
        guard piece.count < 200, !piece.contains("://"), !piece.hasPrefix("//") else { return nil }
        var word = piece
        // `file.ts:41:12` and `file.ts#L4` name the file.
        if let colon = word.firstIndex(of: ":"), colon != word.startIndex { word = word[..<colon] }
        if let hash = word.firstIndex(of: "#"), hash != word.startIndex { word = word[..<hash] }
        while let last = word.last, ".!?".contains(last) { word = word.dropLast() }
        if word.hasPrefix("./") { word = word.dropFirst(2) }
        guard let dot = word.lastIndex(of: "."), dot != word.startIndex, !word.hasPrefix("/"), !word.contains("..")
        else { return nil }
        let ending = word[word.index(after: dot)...].lowercased()
        let isKnown = endings.contains(ending)
        let hasFolder = word.contains("/")
        guard isKnown || hasFolder && (1...5).contains(ending.count) && ending.allSatisfy(\.isLetter) else {
            return nil
        }
        guard word.allSatisfy({ $0.isLetter || $0.isNumber || "._-/+@$~".contains($0) }) else { return nil }
        return String(word)
    }

    private static let endings: Set<String> = [
        "ts", "tsx", "js", "jsx", "mjs", "cjs", "py", "swift", "go", "rs", "rb", "java", "kt", "c", "h", "cpp", "hpp",
        "cs", "php", "sql", "sh",
        "md", "mdx", "json", "yaml", "yml", "toml", "html", "css", "scss", "vue", "svelte", "txt", "xml", "proto",
        "graphql", "tf", "lock", "env",
    ]
}
