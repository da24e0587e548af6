import Foundation
import RunModel

/// Finds the values in whatever was written into a blocker file: JSON, broken JSON, several objects, JSON in Markdown
/// fences, Markdown, lines of `key: value`, or prose.
struct BlockerText: Sendable {
    enum Shape: String, Sendable {
        case object
        case severalObjects
        case brokenObject
        case fencedObject
        case markdown
        case prose
        case empty
        /// Bytes that are no text.
        case binary
    }

    /// One object; several are joined, the first that says something wins.
    private(set) var value: LedgerValue
    private(set) var shape: Shape
    /// The whole text, for prose and for quotes.
    private(set) var text: String
    private(set) var findings: [Finding] = []

    /// Largest part of a file that is read, in bytes.
    static let limitInBytes = 4 << 20

    init(_ bytes: [UInt8]) {
        value = .object([])
        let bytes = bytes.count > Self.limitInBytes ? Array(bytes[..<Self.limitInBytes]) : bytes
        text = Self.decode(bytes)
        let trimmed = text.trimmingSpace
        if trimmed.isEmpty {
            shape = .empty
            return
        }
        let controls = text.unicodeScalars.prefix(4_096).count {
            $0.value < 0x20 && !["\n", "\r", "\t", "\u{1B}", "\u{C}"].contains($0) || $0 == "\u{FFFD}"
        }
        if controls * 10 > min(text.unicodeScalars.count, 4_096) {
            shape = .binary
            return
        }
        shape = .prose
        if let first = trimmed.first, "{[\"".contains(first), takeObjects(Array(trimmed.utf8)) { return }
        if takeFences() { return }
        if trimmed.hasPrefix("{") {
            shape = .brokenObject
            findings.append(Finding(.warning, "blocker-broken-json", "The JSON is broken before it says anything."))
            return
        }
        if takeEmbeddedObject() { return }
        let page = MarkdownBlocker(text)
        value = page.value
        shape = page.isStructured ? .markdown : .prose
        findings.append(
            Finding(.warning, "blocker-not-json", "The file is \(shape == .markdown ? "Markdown" : "prose"), not JSON.")
        )
    }

    private static func decode(_ bytes: [UInt8]) -> String {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            let isLittle = bytes[0] == 0xFF
            let units = stride(from: 2, to: bytes.count - 1, by: 2).map {
                isLittle
                    ? UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 : UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
            }
            return String(decoding: units, as: UTF16.self)
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        return String(decoding: body, as: UTF8.self)
    }

    // MARK: Objects

    /// Reads one or several values that follow each other; `false` when there is no object among them.
    private mutating func takeObjects(_ bytes: [UInt8]) -> Bool {
        var objects: [LedgerValue] = []
        var index = 0
        var isBroken = false
        while index < bytes.count, objects.count < 100 {
            let options = LedgerParser.Options(isRecovering: true)
            guard let output = try? LedgerParser.parseValue(bytes, from: index, options: options) else { break }
            objects += Self.objects(in: output.value)
            findings += output.findings
            if let mistake = output.mistake {
                isBroken = true
                findings.append(
                    Finding(
                        .warning,
                        "blocker-broken-json",
                        "The JSON is broken at \(mistake); what stands before it was read.",
                        line: mistake.line,
                        column: mistake.column
                    )
                )
                break
            }
            index = output.range.upperBound
            // Objects are sometimes separated by commas or rules.
            while index < bytes.count, bytes[index] != 0x7B, bytes[index] != 0x5B { index += 1 }
        }
        guard let first = objects.first, first.count > 0 || !isBroken else { return !objects.isEmpty && !isBroken }
        value = Self.joined(objects)
        shape = isBroken ? .brokenObject : objects.count > 1 ? .severalObjects : .object
        if objects.count > 1 {
            findings.append(
                Finding(
                    .warning,
                    "blocker-several-objects",
                    "The file holds \(objects.count) objects; they were read as one."
                )
            )
        }
        return true
    }

    /// The objects in a value: itself, those of a list, or those in a text that is JSON once more.
    private static func objects(in value: LedgerValue) -> [LedgerValue] {
        if value.isObject { return [value] }
        if value.isList { return value.elements.filter(\.isObject) }
        guard let text = value.text, text.contains("{"),
            let inner = try? LedgerParser.parseValue(Array(text.utf8), options: .init(isRecovering: true)),
            inner.value.isObject
        else { return [] }
        return [inner.value]
    }

    /// All members of all objects; a key that several have keeps its first value, and failures are put together.
    private static func joined(_ objects: [LedgerValue]) -> LedgerValue {
        guard objects.count > 1, var result = objects.first else { return objects.first ?? .object([]) }
        for object in objects.dropFirst() {
            for member in object.members {
                let known = result[member.key]
                if known?.isList == true, member.value.isList {
                    result.update(member.key) { list in for item in member.value.elements { list.append(item) } }
                } else if known?.isNull ?? true {
                    result.set(member.key, to: member.value)
                }
            }
        }
        return result
    }

    /// Objects in fences of a Markdown page.
    private mutating func takeFences() -> Bool {
        var objects: [String] = []
        var open: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.trimmingSpace.hasPrefix("```") {
                if let lines = open {
                    objects.append(lines.joined(separator: "\n"))
                    open = nil
                } else {
                    open = []
                }
            } else {
                open?.append(line)
            }
        }
        // The end of the page closes a fence that nobody closed.
        if let lines = open { objects.append(lines.joined(separator: "\n")) }
        let candidates = objects.map(\.trimmingSpace).filter { $0.hasPrefix("{") || $0.hasPrefix("[") }
        guard !candidates.isEmpty, takeObjects(Array(candidates.joined(separator: "\n").utf8)) else { return false }
        guard BlockerBody.looksLikeBlocker(value) else {
            value = .object([])
            return false
        }
        shape = .fencedObject
        findings.append(Finding(.warning, "blocker-fenced", "The JSON stands in a Markdown fence."))
        return true
    }

    /// An object after a line or two of talk.
    private mutating func takeEmbeddedObject() -> Bool {
        guard let brace = text.utf8.firstIndex(of: 0x7B) else { return false }
        guard takeObjects(Array(text.utf8[brace...])), BlockerBody.looksLikeBlocker(value) else {
            value = .object([])
            findings = []
            return false
        }
        findings.append(Finding(.warning, "blocker-talk", "Something stands before the JSON."))
        return true
    }
}
