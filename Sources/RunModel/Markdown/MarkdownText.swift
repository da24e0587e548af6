/// Puts strings nobody vouches for into Markdown, so that they show as themselves and change nothing around them.
package enum MarkdownText {
    /// The text on one line with everything escaped that Markdown or HTML would read as markup.
    package static func escape(_ text: some StringProtocol) -> String {
        // Scalar by scalar, here and below: a sign with an accent on it is one character to Swift and still markup.
        let source = Array(oneLine(text).unicodeScalars)
        var result = String.UnicodeScalarView()
        for (index, scalar) in source.enumerated() {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "~", "!", "#": result.append(contentsOf: ["\\", scalar])
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "@": result.append(contentsOf: "&#64;".unicodeScalars)
            case ":" where source[(index + 1)...].starts(with: ["/", "/"]):
                // No autolink: an untrusted text must not put links into a report.
                result.append(contentsOf: "&#58;".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// The text as inline code on one line; the fence of backticks is longer than any run inside.
    package static func code(_ text: some StringProtocol) -> String {
        let line = oneLine(text)
        guard !line.isEmpty else { return "` `" }
        let fence = String(repeating: "`", count: longestRun(of: "`", in: line) + 1)
        let touches = line.unicodeScalars.first == "`" || line.unicodeScalars.last == "`"
        let pad = touches ? " " : ""
        return fence + pad + line + pad + fence
    }

    /// Inline code inside a table cell, where a bare `|` would end the cell even in code.
    package static func codeInCell(_ text: some StringProtocol) -> String {
        var result = String.UnicodeScalarView()
        for scalar in code(text).unicodeScalars {
            if scalar == "|" { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    /// The text in a fenced block that its content cannot close; the info string is a bare word of ours.
    package static func fence(_ text: some StringProtocol, info: String = "text") -> String {
        let body = visible(text, keeping: ["\n", "\t"])
        let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: body) + 1))
        let end = body.hasSuffix("\n") ? "" : "\n"
        return "\(fence)\(info)\n\(body)\(end)\(fence)"
    }

    /// The text on one line: line breaks and tabs become spaces, other controls are shown.
    package static func oneLine(_ text: some StringProtocol) -> String {
        let spaced = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        return visible(spaced, keeping: [])
    }

    /// Replaces controls, and marks that reorder the line, by their code points: a report shows what is there.
    private static func visible(_ text: some StringProtocol, keeping kept: Set<Unicode.Scalar>) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control && !kept.contains(scalar)
            let isReordering = (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            guard isControl || isReordering else {
                result.append(scalar)
                continue
            }
            if scalar == "\r" { continue }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            result.append(contentsOf: "(U+\(code))".unicodeScalars)
        }
        return String(result)
    }

    private static func longestRun(of scalar: Unicode.Scalar, in text: String) -> Int {
        var (longest, current) = (0, 0)
        for candidate in text.unicodeScalars {
            current = candidate == scalar ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}
