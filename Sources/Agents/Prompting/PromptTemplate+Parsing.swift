extension PromptTemplate {
    /// Reads a template's text.
    ///
    /// `file`: the name for messages.
    ///
    /// Throws: ``AgentsError`` with file and line when the front matter is missing, a place is not among the inputs, an
    /// input is unknown, or a section is not closed.
    package static func parse(_ text: String, file: String) throws(AgentsError) -> PromptTemplate {
        // Compared by scalars, because CR LF is one character.
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.last == "\r" ? line.dropLast() : line)
        }
        guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
            throw .templateMalformed(file, line: 1, why: "it does not begin with front matter between \"---\" lines")
        }
        var role: String?
        var inputs: [String] = []
        for index in 1..<end {
            let pair = lines[index].split(separator: ":", maxSplits: 1).map { String($0.trimmingSpaces()) }
            switch pair.first {
            case "role" where pair.count == 2: role = pair[1]
            case "inputs" where pair.count == 2: inputs = list(pair[1])
            case nil: continue
            case let key?:
                throw .templateMalformed(file, line: index + 1, why: "front matter key \"\(key)\" is not known")
            }
        }
        guard let role, !role.isEmpty else { throw .templateMalformed(file, line: 1, why: "it names no \"role\"") }
        if let unknown = inputs.first(where: { !PromptComposer.inputs.contains($0) }) {
            throw .templateMalformed(file, line: 1, why: "input \"\(unknown)\" is not known")
        }
        var reader = PartReader(lines: lines, next: end + 1, inputs: Set(inputs), file: file)
        return PromptTemplate(role: role, inputs: inputs, parts: try reader.read(section: nil, openedAt: 0))
    }

    /// `[a, b]` or `a, b`.
    private static func list(_ text: String) -> [String] {
        text.drop { $0 == "[" }.prefix { $0 != "]" }.split(separator: ",").map { String($0.trimmingSpaces()) }
    }
}

/// Turns lines into parts.
private struct PartReader {
    let lines: [String]
    var next: Int
    let inputs: Set<String>
    let file: String

    mutating func read(section: String?, openedAt: Int) throws(AgentsError) -> [PromptTemplate.Part] {
        var parts: [PromptTemplate.Part] = []
        while next < lines.count {
            let index = next
            let line = lines[index]
            next += 1
            if let name = marker("{{#", in: line) {
                try require(name, at: index)
                parts.append(.section(name, try read(section: name, openedAt: index)))
            } else if let name = marker("{{/", in: line) {
                guard name == section else {
                    throw .templateMalformed(file, line: index + 1, why: "\"{{/\(name)}}\" closes no section")
                }
                return parts
            } else {
                try append(line, at: index, isLast: next == lines.count, to: &parts)
            }
        }
        if let section {
            throw .templateMalformed(file, line: openedAt + 1, why: "section \"{{#\(section)}}\" is not closed")
        }
        return parts
    }

    private func append(
        _ line: String,
        at index: Int,
        isLast: Bool,
        to parts: inout [PromptTemplate.Part]
    ) throws(AgentsError) {
        var rest = line[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            let name = String(rest[open.upperBound..<close.lowerBound])
            try require(name, at: index)
            parts.append(.text(String(rest[..<open.lowerBound])))
            parts.append(.place(name))
            rest = rest[close.upperBound...]
        }
        parts.append(.text(isLast ? String(rest) : rest + "\n"))
    }

    private func require(_ name: String, at index: Int) throws(AgentsError) {
        guard inputs.contains(name) else {
            throw .templateMalformed(file, line: index + 1, why: "\"{{\(name)}}\" is not among the inputs")
        }
    }

    private func marker(_ opening: String, in line: String) -> String? {
        guard line.hasPrefix(opening), line.hasSuffix("}}") else { return nil }
        return String(line.dropFirst(opening.count).dropLast(2))
    }
}
