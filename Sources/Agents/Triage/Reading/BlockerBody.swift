package import Foundation
package import RunModel

/// What a blocker says, sorted by what it is about, whatever its fields are called and however they are nested.
package struct BlockerBody: Sendable {
    package internal(set) var ticket: TicketID?
    package internal(set) var branch: String?
    package internal(set) var date: Date?
    /// Words for the kind of blocker, the most telling first.
    var labels: [String] = []
    var actions: [String] = []
    /// What should be done.
    package internal(set) var resolution: [String] = []
    /// What happened.
    package internal(set) var summary: [String] = []
    package internal(set) var failures: [BlockerFailure] = []
    var details: [String] = []
    var logs: [String] = []
    var outcomes: [String] = []
    package internal(set) var failedTests: [String] = []
    package internal(set) var scopeFiles: [String] = []
    package internal(set) var options: [DecisionOption] = []
    package internal(set) var attempt: Int?
    var failedCount: Int?
    var passedCount: Int?
    /// A flag that says whether a person is needed.
    var personFlag: Bool?
    var source: String?
    /// Who may write which file, and conflicting hunks: blockers of our own runs have them.
    package internal(set) var value: LedgerValue
    package internal(set) var findings: [Finding] = []
    /// A ticket under a name that asks for one, before any guess.
    private var ticketField: String?
    private var ticketGuesses: [String] = []

    /// What happened in three words or less, which is as good as a label where there is none: `timeout`.
    ///
    /// A title names what the ticket is about, and no reason.
    private(set) var shortReasons: [String] = []

    /// What a server sent instead of a blocker: the source of a page.
    var isPageOfServer: Bool {
        guard labels.isEmpty, actions.isEmpty, failures.isEmpty, let text = summary.first?.trimmingSpace.lowercased()
        else {
            return false
        }
        return text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
    }

    private enum Limits {
        static let depth = 8
        static let texts = 2_000
    }

    package init(_ value: LedgerValue) {
        self.value = value
        walk(value, depth: 0, inherited: nil)
        labels = Self.byPriority(value, labels)
        ticket =
            ticketField.flatMap { TicketID($0) }
            ?? ticketGuesses.lazy.compactMap { TicketID.first(in: $0) }.first
            ?? branch.flatMap { TicketID.first(in: $0) }
    }

    /// Whether any field is one that blockers have.
    static func looksLikeBlocker(_ value: LedgerValue) -> Bool {
        value.members.contains { member in
            switch FieldRole(member.key) {
            case .ticket, .label, .action, .failures, .summary: true
            default: false
            }
        }
    }

    // MARK: Walking

    private mutating func walk(_ value: LedgerValue, depth: Int, inherited: FieldRole?) {
        guard depth < Limits.depth else { return }
        for member in value.members where !member.value.isNull {
            var role = inherited ?? FieldRole(member.key)
            // Inside of a proposal only its own words count; inside of what works, nothing stands in the way.
            if inherited == .resolution, FieldRole(member.key) == .background { role = .background }
            take(member.key, member.value, role, depth: depth)
        }
    }

    private mutating func take(_ key: String, _ value: LedgerValue, _ role: FieldRole, depth: Int) {
        switch role {
        case .ticket: takeTicket(value, depth: depth)
        case .branch: branch = branch ?? value.text?.trimmingSpace
        case .stamp: takeStamp(value)
        case .source: source = source ?? value.text
        case .attempt: attempt = attempt ?? value.integer ?? value.text.flatMap { Int($0) }
        case .label: takeLabel(value, depth: depth)
        case .action: takeAction(value, depth: depth)
        case .failures: takeFailures(value, depth: depth)
        case .failedTests: takeTests(value)
        case .failedCount: failedCount = failedCount ?? value.integer
        case .passedCount:
            if value.integer != nil { passedCount = passedCount ?? value.integer }
        case .scopeFiles: scopeFiles += Self.texts(value).map(Ticket.path)
        case .personFlag: personFlag = personFlag ?? Self.flag(value)
        case .options: takeOptions(value)
        case .log: logs += Self.texts(value)
        case .outcome: value.isObject ? walk(value, depth: depth + 1, inherited: nil) : outcomes.append(value.summary)
        case .resolution: add(value, to: \.resolution, depth: depth, role: .resolution)
        case .summary:
            if let text = value.text, text.split(separator: " ").count <= 3, !Self.isTitle(key) {
                shortReasons.append(text)
            }
            add(value, to: \.summary, depth: depth, role: nil)
        case .detail: add(value, to: \.details, depth: depth, role: nil)
        case .background: takeBackground(value, depth: depth)
        case .ignored: if let text = value.text { ticketGuesses.append(text) }
        }
    }

    private static func isTitle(_ key: String) -> Bool {
        ["title", "name", "headline", "subject", "heading"].contains(where: FieldName(key).folded.hasSuffix)
    }

    /// Takes texts as they are; objects inside are looked at field by field.
    private mutating func add(
        _ value: LedgerValue,
        to texts: WritableKeyPath<BlockerBody, [String]>,
        depth: Int,
        role: FieldRole?
    ) {
        if value.isObject {
            walk(value, depth: depth + 1, inherited: role)
        } else if value.isList {
            for item in value.elements {
                if item.isObject {
                    walk(item, depth: depth + 1, inherited: role)
                } else if self[keyPath: texts].count < Limits.texts {
                    self[keyPath: texts].append(item.summary)
                }
            }
        } else if self[keyPath: texts].count < Limits.texts {
            self[keyPath: texts].append(value.summary)
        }
    }

    private mutating func takeTicket(_ value: LedgerValue, depth: Int) {
        if value.isObject {
            var fields = LedgerFields(value, place: "ticket")
            ticketField = ticketField ?? fields.text("id", "ticket_id", "key", "number")
            scopeFiles += fields.texts("files_to_modify", "files").map(Ticket.path)
        } else {
            let text = value.isList ? value.elements.first?.summary ?? "" : value.summary
            if TicketID(text) != nil { ticketField = ticketField ?? text }
        }
    }

    private mutating func takeStamp(_ value: LedgerValue) {
        let text = value.summary
        if LedgerStamp.isTemplate(text) {
            findings.append(Finding(.warning, "blocker-stamp", "The time '\(text.prefix(40))' was never filled in."))
        } else if let found = LedgerStamp.date(text) {
            date = date ?? found
        } else if !text.isEmpty {
            findings.append(Finding(.warning, "blocker-stamp", "The time '\(text.prefix(40))' cannot be read."))
        }
    }

    private mutating func takeLabel(_ value: LedgerValue, depth: Int) {
        if value.isObject || value.isList { return add(value, to: \.labels, depth: depth, role: .label) }
        let text = value.summary
        // A sentence under `type` or `code` is a summary.
        if text.split(separator: " ").count > 8 { summary.append(text) } else { labels.append(text) }
    }

    private mutating func takeAction(_ value: LedgerValue, depth: Int) {
        if value.isObject { return walk(value, depth: depth + 1, inherited: nil) }
        for text in Self.texts(value) {
            if text.split(separator: " ").count > 6 { resolution.append(text) } else { actions.append(text) }
        }
    }

    private mutating func takeFailures(_ value: LedgerValue, depth: Int) {
        if let count = value.integer {
            failedCount = failedCount ?? count
            return
        }
        let items =
            value.isList
            ? value.elements
            : value.isObject && value.count > 0
                && value.members.allSatisfy({ $0.value.isObject || $0.value.isList || $0.value.text != nil })
                && !Self.isFailure(value)
                ? value.members.map { $0.value.isObject ? $0.value : .text("\($0.key): \($0.value.summary)") } : [value]
        for item in items.prefix(500) {
            let failure = BlockerFailure(item)
            if !failure.criterion.isEmpty { failures.append(failure) }
        }
    }

    private static func isFailure(_ value: LedgerValue) -> Bool {
        LedgerFields(value, place: "").raw(
            "criterion",
            "check",
            "expected",
            "actual",
            "error",
            "message",
            "test",
            "description"
        ) != nil
    }

    private mutating func takeTests(_ value: LedgerValue) {
        if let count = value.integer { failedCount = failedCount ?? count }
        for item in value.isList ? value.elements : [value] where item.integer == nil {
            if item.isObject {
                let fields = LedgerFields(item, place: "test")
                if let file = fields.raw("file", "path", "test_file", "suite", "location", "name", "test") {
                    failedTests.append(file.summary)
                }
                failures.append(BlockerFailure(item))
            } else if !item.summary.isEmpty {
                failedTests.append(item.summary)
            }
        }
    }

    private mutating func takeOptions(_ value: LedgerValue) {
        let read = DecisionOption.read(value)
        options += read
        resolution += read.filter(\.isRecommended).map(\.label)
    }

    /// What works names no cause; logs and tests inside are read all the same.
    private mutating func takeBackground(_ value: LedgerValue, depth: Int) {
        guard value.isObject, depth + 1 < Limits.depth else { return }
        for member in value.members {
            switch FieldRole(member.key) {
            case .scopeFiles, .failedTests, .log, .ticket, .branch:
                take(member.key, member.value, FieldRole(member.key), depth: depth + 1)
            case .resolution where member.key.lowercased().contains("next"), .summary where member.key == "blocked_on":
                take(member.key, member.value, FieldRole(member.key), depth: depth + 1)
            default: break
            }
        }
    }

    // MARK: Values

    private static func texts(_ value: LedgerValue) -> [String] {
        (value.isList
            ? value.elements.map(\.summary) : value.isObject ? value.members.map(\.value.summary) : [value.summary])
            .filter { !$0.isEmpty }
    }

    private static func flag(_ value: LedgerValue) -> Bool? {
        if let flag = value.boolean { return flag }
        switch value.summary.lowercased() {
        case "true", "yes", "required": return true
        case "false", "no", "none", "not required": return false
        default: return nil
        }
    }

    /// The most telling name first: `blocker_type`, then `category`, then the rest.
    private static func byPriority(_ value: LedgerValue, _ labels: [String]) -> [String] {
        let fields = LedgerFields(value, place: "")
        let first = [
            fields.raw("blocker_type", "blocker_category", "failure_type", "blocker_class", "block_type"),
            fields.raw("category"), fields.raw("classification", "class", "kind"),
        ].compactMap { $0?.text }
        return first + labels.filter { !first.contains($0) }
    }
}
