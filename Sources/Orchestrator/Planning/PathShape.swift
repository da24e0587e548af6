package import RunModel

/// Tells repository paths from other words, and what kind of pattern a path is.
package enum PathShape {
    private static let extensions: Set<String> = [
        "md", "mdx", "py", "pyi", "ipynb", "js", "jsx", "ts", "tsx", "mjs", "cjs", "html", "htm", "css", "scss", "sass",
        "less",
        "json", "jsonl", "json5", "yaml", "yml", "toml", "txt", "swift", "rs", "go", "mod", "sum", "c", "h", "cc",
        "cpp", "hpp",
        "m", "mm", "java", "kt", "kts", "rb", "erb", "sh", "bash", "zsh", "fish", "sql", "csv", "tsv", "xml", "svg",
        "png",
        "jpg", "jpeg", "gif", "webp", "ico", "lock", "cfg", "ini", "env", "vue", "svelte", "php", "cs", "csproj", "sln",
        "fs",
        "proto", "graphql", "gql", "tf", "hcl", "rst", "log", "gradle", "ex", "exs", "erl", "hs", "scala", "dart",
        "lua", "pl",
        "r", "jl", "zig", "ps1", "bat", "plist", "xcconfig", "resolved", "parquet", "j2", "jinja", "jinja2", "tmpl",
        "tpl",
        "hbs", "ejs", "conf", "service", "map", "woff", "woff2", "ttf", "pdf", "tex", "properties", "snap", "patch",
        "diff",
        "example", "sample", "template", "in", "cmake", "mk", "nix", "clj", "ml", "astro", "prisma", "ndjson",
        "modulemap", "xlsx", "docx", "pptx", "ods", "odt",
    ]
    private static let names: Set<String> = [
        "Makefile", "Dockerfile", "LICENSE", "README", "CHANGELOG", "Procfile", "Gemfile", "Rakefile", "Jenkinsfile",
        "CODEOWNERS",
        "Vagrantfile", "Podfile", "Fastfile", "Justfile", "justfile", "WORKSPACE", "BUILD", "NOTICE", "VERSION",
        "AUTHORS",
        "CONTRIBUTING", "Brewfile", "Containerfile", "Pipfile",
    ]

    /// Whether a word names a path: `isCode` words stand in backticks and may be less obvious.
    static func isPath(_ word: String, isCode: Bool) -> Bool {
        guard !word.isEmpty, word.utf8.count <= 400, let first = word.utf8.first else { return false }
        if isCode, word.utf8.contains(0x20) { return isSpaced(word) }
        for byte in word.utf8 where isRefused(byte) { return false }
        // A flag, a variable, an absolute path or route, a home folder: none is inside the repository.
        if first == 0x2D || first == 0x24 || first == 0x2F || first == 0x7E || first == 0x40 || first == 0x2B {
            return false
        }
        if word.contains("://") || word == "." || word == ".." || word.hasPrefix("www.") || word.contains("...") {
            return false
        }
        if word.utf8.allSatisfy({ $0 == 0x2A || $0 == 0x2F || $0 == 0x2E }) { return word.contains("/") && isCode }
        guard word.utf8.contains(0x2F) else { return isFileName(word, isCode: isCode) }
        if word.hasSuffix("/") || word.utf8.contains(0x2A) { return true }
        let last = String(word.split(separator: "/").last ?? "")
        if isFileName(last, isCode: true, endingLimit: 12) || last.hasPrefix(".") { return true }
        if isCode { return word.utf8.contains { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } }
        // `src/tools` without an ending: only lower-case words with more than one letter, and no `and/or`.
        let parts = word.split(separator: "/")
        let isPlain = word.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-_./".utf8.contains($0)
        }
        return isPlain && parts.allSatisfy { $0.count > 1 } && !["and/or", "read/write", "input/output"].contains(word)
            && (parts.count > 2
                || [
                    "src", "lib", "app", "web", "tests", "test", "docs", "scripts", "pkg", "cmd", "internal",
                    "packages", "apps", "server", "client", "api", "data", "tools", "components", "sources",
                ].contains(String(parts[0])))
    }

    /// A file whose name holds spaces, in backticks: only the last part may, and only with an ending everybody knows.
    ///
    /// A command with a file behind it is none: `bin/make notes.txt`.
    private static func isSpaced(_ text: String) -> Bool {
        guard let slash = text.lastIndex(of: "/"), !CommandShape.isCommand(text, isCode: true) else { return false }
        let name = text[text.index(after: slash)...]
        let folder = String(text[..<slash]) + "/"
        guard let dot = name.lastIndex(of: "."), name[..<dot].split(separator: " ").allSatisfy({ !$0.contains(".") }),
            !name.contains("  "), !name.utf8.contains(where: { $0 != 0x20 && isRefused($0) })
        else { return false }
        return extensions.contains(name[name.index(after: dot)...].lowercased()) && isPath(folder, isCode: true)
    }

    private static func isRefused(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x22, 0x27, 0x28, 0x29, 0x3C, 0x3D, 0x3E, 0x7C, 0x3B, 0x5C, 0x60, 0x3A, 0x00...0x08: true
        default: false
        }
    }

    /// A name without a slash that is a file by its ending.
    private static func isFileName(_ word: String, isCode: Bool, endingLimit: Int = 8) -> Bool {
        if names.contains(word) { return true }
        if word.hasPrefix("."), word.count > 2, !word.dropFirst().hasPrefix(".") {
            return isCode || word.dropFirst().contains(".") || word.hasPrefix(".git") || word.hasPrefix(".env")
                || word.hasPrefix(".swift")
        }
        guard let dot = word.lastIndex(of: "."), dot > word.startIndex else {
            return isCode && word.contains("*") && word.count > 2
        }
        let ending = word[word.index(after: dot)...]
        if ending.isEmpty { return false }
        if ending.contains("*") || ending.hasPrefix("{") || ending.hasSuffix("}") { return true }
        guard word[..<dot].contains(where: { $0.isLetter || $0.isNumber || $0 == "*" }) else { return false }
        if extensions.contains(ending.lowercased()) { return true }
        // In backticks an ending nobody has heard of is still one, unless it looks like a member of something.
        return isCode && ending.utf8.count <= endingLimit
            && ending.utf8.first.map { (0x61...0x7A).contains($0) } == true
            && ending.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }

    /// The pattern a written path stands for.
    package static func pattern(_ written: String) -> PathPattern {
        var text = written
        while text.hasPrefix("./") { text.removeFirst(2) }
        if isGlob(text) { return PathPattern(kind: .glob, text: text) }
        if text.hasSuffix("/") {
            while text.hasSuffix("/") { text.removeLast() }
            return PathPattern(kind: .folder, text: text)
        }
        return PathPattern(kind: .path, text: text)
    }

    /// Square brackets alone are names of routes (`[id]`), unless they hold a range or a negation.
    private static func isGlob(_ text: String) -> Bool {
        if text.utf8.contains(0x2A) || text.utf8.contains(0x3F) { return true }
        if let open = text.firstIndex(of: "{"), text[open...].contains(","), text[open...].contains("}") { return true }
        guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") else { return false }
        let inside = text[text.index(after: open)..<close]
        guard inside.count >= 2 else { return false }
        return inside.first == "!" || inside.first == "^" || (inside.count == 3 && inside.dropFirst().first == "-")
    }
}
