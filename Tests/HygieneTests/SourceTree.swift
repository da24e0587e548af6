import Foundation

/// The package's own files, as the tests of the house rules read them.
enum SourceTree {
    /// A line of code: no comment, and nothing between the quotes of string literals.
    struct CodeLine: Sendable {
        /// Counts from 1.
        var number: Int
        var text: String
    }

    /// A text file of the package.
    struct File: Sendable {
        /// Relative to the package's root.
        let path: String
        let text: String
        let lines: [Substring]
        /// The lines with code on them.
        let code: [CodeLine]

        init(path: String, text: String) {
            self.path = path
            self.text = text
            lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            code = path.hasSuffix(".swift") ? SourceTree.code(of: lines) : []
        }

        var name: String { (path as NSString).lastPathComponent }
        /// The folder below `Sources` or `Tests`: the module.
        var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

        /// The code lines that match the regular expression.
        func codeLines(matching pattern: String) -> [CodeLine] {
            // Most files have no match at all, which one search over the whole text tells.
            guard code.map(\.text).joined(separator: "\n").has("(?m)" + pattern) else { return [] }
            return code.filter { $0.text.has(pattern) }
        }

        /// `path:line: code` of the code lines that match the regular expression.
        func places(matching pattern: String) -> [String] { codeLines(matching: pattern).map(place) }

        /// `path:line: code`.
        func place(_ line: CodeLine) -> String { "\(path):\(line.number): \(line.text.trimmed)" }
    }

    private static func code(of lines: [Substring]) -> [CodeLine] {
        var isInString = false
        return lines.enumerated().compactMap { index, line in
            let fences = line.components(separatedBy: "\"\"\"").count - 1
            defer { if fences % 2 == 1 { isInString.toggle() } }
            if isInString || line.drop(while: { $0 == " " }).hasPrefix("//") { return nil }
            return CodeLine(number: index + 1, text: bare(line))
        }
    }

    /// The line up to a comment, with empty string literals.
    private static func bare(_ line: Substring) -> String {
        guard line.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "/") }) else {
            return String(line)
        }
        var kept: [UInt8] = []
        var isInString = false
        var previous: UInt8 = 0
        for byte in line.utf8 {
            if byte == UInt8(ascii: "\""), previous != UInt8(ascii: "\\") {
                isInString.toggle()
                kept.append(byte)
            } else if !isInString {
                if byte == UInt8(ascii: "/"), previous == byte {
                    return String(decoding: kept.dropLast(), as: UTF8.self)
                }
                kept.append(byte)
            }
            // A backslash that is itself escaped escapes nothing.
            previous = previous == UInt8(ascii: "\\") && byte == previous ? 0 : byte
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// Absolute path of the package's root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path(percentEncoded: false)

    static let sources = files(below: "Sources", ending: ".swift")
    static let tests = files(below: "Tests", ending: ".swift")
    static let pages =
        files(below: "docs", ending: ".md") + ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].compactMap(file)
    static let scripts = files(below: "scripts", ending: "")

    /// Sources that may run inside a server: all below `Commands`.
    static var belowCommands: [File] { sources.filter { $0.module != "Commands" && $0.module != "CLI" } }

    static func file(_ path: String) -> File? {
        guard let data = FileManager.default.contents(atPath: root + path) else { return nil }
        return File(path: path, text: String(decoding: data, as: UTF8.self))
    }

    /// Paths of everything below a folder, sorted, relative to the package's root.
    static func paths(below folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: root + folder)?.allObjects as? [String] ?? []
        return names.map { folder + "/" + $0 }.sorted()
    }

    private static func files(below folder: String, ending: String) -> [File] {
        paths(below: folder).filter { $0.hasSuffix(ending) }.compactMap(file)
    }
}

extension StringProtocol {
    /// Tells whether the regular expression matches somewhere.
    func has(_ pattern: String) -> Bool { range(of: pattern, options: .regularExpression) != nil }

    /// Without blanks at both ends.
    var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
