import RunModel

/// Finds the options that a system post offers: numbered, lettered, or headed `Option 2:`, on lines or in one sentence.
enum OptionList {
    /// Most options taken from one post.
    static let most = 26

    /// What a post lists to choose from.
    ///
    /// - Parameters:
    ///   - text: the post.
    ///   - known: options on record beside the thread; of several lists the one that shows these is meant.
    /// - Returns: empty when it lists none.
    static func options(in text: String, known: [DecisionOption] = []) -> [DecisionOption] {
        let lists = lists(in: text).filter { $0.count > 1 }
        let labels = Set(known.map { Wording.words($0.label, isMending: false) })
        let shown = lists.first { $0.contains { labels.contains(Wording.words($0.label, isMending: false)) } }
        return shown ?? lists.last ?? inline(text)
    }

    /// Lists of lines whose marks count up; the choices are the last of them, because steps come before them.
    private static func lists(in text: String) -> [[DecisionOption]] {
        var lists: [[DecisionOption]] = []
        var headed: [DecisionOption] = []
        for line in text.split(whereSeparator: \.isNewline) {
            guard let (mark, label) = marked(line) else { continue }
            if mark.isHeaded {
                headed.append(option(mark.id, label))
                continue
            }
            let isNext = lists.last?.last.map { follows(mark.id, $0.id) } ?? false
            if isNext {
                lists[lists.count - 1].append(option(mark.id, label))
            } else {
                lists.append([option(mark.id, label)])
            }
        }
        // `Option 1:` says of itself that it is a choice, so steps listed below it are none.
        if headed.count > 1 { return [headed] }
        return lists
    }

    private static func follows(_ id: String, _ previous: String) -> Bool {
        if let number = Int(id), let before = Int(previous) { return number == before + 1 }
        guard let letter = id.unicodeScalars.first, let before = previous.unicodeScalars.first else { return false }
        return letter.value == before.value + 1 && id.count == 1
    }

    private struct Mark {
        var id: String
        var isHeaded: Bool
    }

    /// `1. x`, `2) x`, `(a) x`, `- B: x`, `**Option 3: x**`, `### Option C - x`.
    private static func marked(_ line: Substring) -> (Mark, String)? {
        // Deeper lines explain an option and are none.
        guard line.prefix(while: { $0 == " " || $0 == "\t" }).count < 4 else { return nil }
        var rest = line.trimmingSpaces()[...]
        var isBullet = false
        while let first = rest.first, "#*->•_ ".contains(first) {
            if "-*•".contains(first) { isBullet = true }
            rest = rest.dropFirst()
        }
        let isHeaded = rest.lowercased().hasPrefix("option ")
        if isHeaded { rest = rest.dropFirst(7) }
        let isOpened = rest.first == "(" || rest.first == "["
        if isOpened { rest = rest.dropFirst() }
        let id = rest.prefix { $0.isNumber || $0.isLetter }
        let isNumber = !id.isEmpty && id.count <= 2 && id.allSatisfy(\.isNumber)
        let isLetter = id.count == 1 && ("A"..."Z").contains(id.uppercased())
        guard isNumber || isLetter else { return nil }
        rest = rest.dropFirst(id.count)
        while rest.first == "*" || rest.first == "_" { rest = rest.dropFirst() }
        guard let sign = rest.first else { return nil }
        let signs = isHeaded ? ".):-–—( " : isOpened ? ")]" : isBullet && isLetter ? ":)." : ".):"
        guard signs.contains(sign) else { return nil }
        let label = sign == "(" ? rest : rest.dropFirst()
        guard !label.trimmingSpaces().isEmpty else { return nil }
        return (Mark(id: id.uppercased(), isHeaded: isHeaded), String(label))
    }

    /// `1) x, 2) y, 3) z` in a line.
    private static func inline(_ text: String) -> [DecisionOption] {
        for letters in [false, true] {
            var marks: [(start: String.Index, content: String.Index)] = []
            var from = text.startIndex
            for number in 1...most {
                let name = letters ? String(UnicodeScalar(UInt8(64 + number))) : String(number)
                guard let found = mark(name, in: text, from: from) else { break }
                marks.append(found)
                from = found.content
            }
            guard marks.count > 1 else { continue }
            return marks.indices.map { index in
                let end =
                    index + 1 < marks.count ? marks[index + 1].start : endOfLast(in: text, from: marks[index].content)
                let label = text[marks[index].content..<max(marks[index].content, end)]
                return option(letters ? String(UnicodeScalar(UInt8(65 + index))) : String(index + 1), String(label))
            }
        }
        return []
    }

    private static func mark(
        _ name: String,
        in text: String,
        from: String.Index
    ) -> (start: String.Index, content: String.Index)? {
        var best: (start: String.Index, content: String.Index)?
        for shape in [
            "(\(name))", "\(name))", "Option \(name):", "option \(name):", "(\(name.lowercased()))",
            "\(name.lowercased()))",
        ] {
            guard let range = text[from...].firstRange(of: shape) else { continue }
            let isFree =
                range.lowerBound == text.startIndex
                || !(text[text.index(before: range.lowerBound)].isLetter
                    || text[text.index(before: range.lowerBound)].isNumber)
            if isFree, best.map({ range.lowerBound < $0.start }) ?? true { best = (range.lowerBound, range.upperBound) }
        }
        return best
    }

    /// The last option of a sentence ends with it.
    private static func endOfLast(in text: String, from start: String.Index) -> String.Index {
        var index = start
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index].isNewline { return index }
            if ".?!".contains(text[index]), next == text.endIndex || text[next].isWhitespace { return index }
            index = next
        }
        return text.endIndex
    }

    /// Makes an option of a label as it stands in a post, with its decoration.
    static func option(_ id: String, _ label: String) -> DecisionOption {
        var text = label.replacing("**", with: "").replacing("__", with: "")[...]
        let folded = text.lowercased()
        let isDenied = folded.contains("not recommended")
        let isMarked =
            folded.contains("[recommended]") || folded.contains("(recommended") || folded.contains("recommended:")
            || folded.contains("- recommended") || text.contains("✅") || text.contains("⭐")
        for mark in [
            "[RECOMMENDED]", "[Recommended]", "[recommended]", "(Recommended)", "(recommended)", "(RECOMMENDED)", "✅",
            "⭐",
        ] {
            text = text.replacing(mark, with: "")[...]
        }
        text = text.trimmingSpaces()
        for prefix in ["Recommended:", "RECOMMENDED:", "Recommended -", ":", "-", "–", "—"] where text.hasPrefix(prefix)
        {
            text = text.dropFirst(prefix.count).trimmingSpaces()
        }
        while let last = text.last, ",;".contains(last) || last.isWhitespace { text = text.dropLast() }
        for word in [" or", " and"] where text.hasSuffix(word) {
            text = text.dropLast(word.count).trimmingSpaces()[...]
        }
        while let last = text.last, ",;".contains(last) || last.isWhitespace { text = text.dropLast() }
        return DecisionOption(id: id, label: String(text), isRecommended: isMarked && !isDenied)
    }
}
