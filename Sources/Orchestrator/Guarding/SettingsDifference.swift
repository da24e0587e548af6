/// Compares two versions of a git settings file.
enum SettingsDifference {
    /// Tells whether they differ only in what tools write while people work: upstreams of branches, and the setting
    /// that guards themselves turn on and off.
    static func isHarmless(_ before: [UInt8], _ after: [UInt8]) -> Bool { relevant(before) == relevant(after) }

    private static func relevant(_ bytes: [UInt8]) -> [String] {
        var section = ""
        var kept: [String] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let text = line.drop { $0 == " " || $0 == "\t" }
            if text.hasPrefix("[") {
                let header = header(of: text)
                section = header.lowercased()
                // A setting may follow its section on the same line.
                let rest = text.dropFirst(header.count).drop { $0 == " " || $0 == "\t" || $0 == "\r" }
                if let first = rest.first, first != "#", first != ";" { kept.append(String(text)) }
            } else if !text.isEmpty, !text.hasPrefix("#"), !text.hasPrefix(";"), !section.hasPrefix("[branch ") {
                if section == "[extensions]", text.lowercased().hasPrefix("worktreeconfig") { continue }
                kept.append("\(section) \(text)")
            }
        }
        return kept.sorted()
    }

    /// `[section "name"]`, up to its own bracket; the whole line where it has none.
    private static func header(of line: Substring) -> Substring {
        var isQuoted = false
        var isEscaped = false
        for index in line.indices {
            let character = line[index]
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == "]", !isQuoted {
                return line[...index]
            }
        }
        return line
    }
}
