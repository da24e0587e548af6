import Terminal

/// What a setting may hold, and how it is written.
enum SettingKind: Sendable, Hashable {
    case text
    /// One of these words.
    case choice([String])
    case integer(ClosedRange<Int>)
    /// US dollars: `2.50`.
    case amount
    case flag
    /// `90s`, `15m`, `1h 30m`; a bare number counts seconds.
    case duration
    /// `5MiB`, `200KB`; a bare number counts bytes.
    case size
    /// `postgres://...`, `sqlite:///path` or an absolute path.
    case databaseURL
    /// `redis://...`.
    case redisURL
    /// In YAML a list; elsewhere separated by commas.
    case names
    /// Some of these words; in YAML a list, elsewhere separated by commas.
    case choices([String])
    /// In YAML a list; elsewhere one per line, because commands hold commas.
    case commands

    /// For messages and the settings page: what is wanted.
    var expectation: String {
        switch self {
        case .text: "a text"
        case .choice(let words): "one of " + words.map { "'\($0)'" }.joined(separator: ", ")
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .amount: "an amount of US dollars such as '2.50'"
        case .flag: "'true' or 'false'"
        case .duration: "a duration such as '90s', '15m' or '1h 30m'"
        case .size: "a size such as '5MiB' or '200KB'"
        case .databaseURL: "a URL such as 'postgres://user@host/name', or the absolute path of an SQLite file"
        case .redisURL: "a URL such as 'redis://host:6379/0'"
        case .names: "a list of names"
        case .choices(let words): "a list of " + words.map { "'\($0)'" }.joined(separator: ", ")
        case .commands: "a list of commands"
        }
    }

    /// Reads a value from one piece of text; `nil` when it is not of this kind.
    func value(from text: String) -> SettingValue? {
        let text = text.trimmed
        switch self {
        case .text: return text.isEmpty ? nil : .text(text)
        case .choice(let words): return words.contains(text) ? .text(text) : nil
        case .integer(let range): return Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .amount:
            let number = Double(text.hasPrefix("$") ? String(text.dropFirst()) : text)
            return number.flatMap { $0.isFinite && $0 > 0 ? .amount($0) : nil }
        case .flag:
            switch text.lowercased() {
            case "true", "yes", "on", "1": return .flag(true)
            case "false", "no", "off", "0": return .flag(false)
            default: return nil
            }
        case .duration: return QuantityReader.duration(text).map { .duration($0) }
        case .size: return QuantityReader.size(text).map { .sizeInBytes($0) }
        case .databaseURL: return StoreURL(text).flatMap { $0.kind == .redis ? nil : .store($0) }
        case .redisURL: return StoreURL(text).flatMap { $0.kind == .redis ? .store($0) : nil }
        case .names: return .list(text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty })
        case .choices(let words):
            let chosen = text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
            return chosen.allSatisfy(words.contains) ? .list(chosen) : nil
        case .commands: return .list(text.split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty })
        }
    }

    /// Whether YAML writes this kind as a sequence.
    var isList: Bool {
        switch self {
        case .names, .choices, .commands: true
        default: false
        }
    }
}

extension String {
    /// Without white space at either end.
    var trimmed: String {
        let kept = drop(while: \.isWhitespace)
        return String(kept.reversed().drop(while: \.isWhitespace).reversed())
    }
}
