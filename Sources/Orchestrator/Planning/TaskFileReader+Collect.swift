import RunModel

/// Files that are appended to another one after merging.
extension TaskFileReader {
    mutating func takeCat(_ words: [String], loop: (name: String, values: [String])?, line: Int) {
        guard let (sources, target) = Self.appending(words) else { return }
        for source in sources {
            let patterns: [String]
            if let loop, source == "$" + loop.name || source == "${" + loop.name + "}" {
                patterns = loop.values
            } else {
                patterns = [source]
            }
            for pattern in patterns where pattern != target {
                let rule = CollectRule(pattern: pattern, target: target, line: line)
                if !result.merge.collect.contains(where: { $0.pattern == pattern && $0.target == rule.target }) {
                    result.merge.collect.append(rule)
                }
            }
        }
    }

    /// Reads `cat a b >> c`, `cat a | tee -a c` and `Get-Content a | Add-Content c`.
    private static func appending(_ words: [String]) -> (sources: [String], target: String)? {
        if let arrow = words.firstIndex(where: { $0.hasPrefix(">>") }) {
            let target = words[arrow] == ">>" ? words.dropFirst(arrow + 1).first : String(words[arrow].dropFirst(2))
            return target.map { (operands(words[1..<arrow]), $0) }
        }
        guard let pipe = words.firstIndex(of: "|"), let tool = words.dropFirst(pipe + 1).first?.lowercased() else {
            return nil
        }
        let options = words[pipe...].map { $0.lowercased() }
        guard tool == "add-content" || tool == "tee" && options.contains("-a") || options.contains("-append"),
            let target = operands(words.dropFirst(pipe + 2)).first
        else { return nil }
        return (operands(words[1..<pipe]), target)
    }

    private static func operands(_ words: ArraySlice<String>) -> [String] {
        var operands: [String] = []
        var previous = ""
        for word in words {
            if !word.hasPrefix("-"), !word.hasPrefix("2>"), previous != "-encoding" { operands.append(word) }
            previous = word.lowercased()
        }
        return operands
    }
}
