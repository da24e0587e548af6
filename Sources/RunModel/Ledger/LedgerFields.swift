/// Reads the fields of one entry without trust: several spellings of a name, missing, null and wrong-typed values.
///
/// What does not fit becomes a finding and an empty answer; nothing is ever refused for it.
package struct LedgerFields: Sendable {
    package let value: LedgerValue
    /// What the findings call the entry: `ticket TKT-007`.
    package let place: String
    package private(set) var findings: [Finding] = []
    private var byName: [FieldName: LedgerValue] = [:]

    package init(_ value: LedgerValue, place: String) {
        self.value = value
        self.place = place
        if !value.isObject { complain("entry-not-an-object", "is no object") }
        for member in value.members {
            let name = FieldName(member.key)
            // Of two spellings of one name the one that says something is believed.
            if byName[name] == nil || !member.value.isNull { byName[name] = member.value }
        }
    }

    /// The value under the first of the names that is there and not null.
    package func raw(_ names: FieldName...) -> LedgerValue? { raw(names) }

    package func raw(_ names: [FieldName]) -> LedgerValue? {
        for name in names {
            if let value = byName[name], !value.isNull { return value }
        }
        return nil
    }

    /// A text, trimmed; `nil` when it is missing, null or empty.
    ///
    /// Numbers, flags and lists of words are taken as their text, with a finding for lists and objects.
    package mutating func text(_ names: FieldName...) -> String? {
        guard let value = raw(names) else { return nil }
        if value.isList || value.isObject { wrongType(names, wanted: "a text", found: value) }
        let text = value.summary.trimmingSpace
        return text.isEmpty ? nil : text
    }

    /// A list of texts; one text is a list of one, objects are taken as their text.
    package mutating func texts(_ names: FieldName...) -> [String] {
        guard let value = raw(names) else { return [] }
        let values: [LedgerValue]
        switch value.content {
        case .list: values = value.elements
        case .object:
            wrongType(names, wanted: "a list", found: value)
            values = value.members.map(\.value)
        default:
            wrongType(names, wanted: "a list", found: value)
            values = [value]
        }
        return values.map { $0.summary.trimmingSpace }.filter { !$0.isEmpty }
    }

    /// A whole number, also where it is written as a text.
    package mutating func integer(_ names: FieldName...) -> Int? {
        guard let value = raw(names) else { return nil }
        if let number = value.integer ?? value.text.flatMap({ Int($0.trimmingSpace) }) { return number }
        wrongType(names, wanted: "a whole number", found: value)
        return nil
    }

    /// A flag, also where it is written as a text.
    package mutating func boolean(_ names: FieldName...) -> Bool? {
        guard let value = raw(names) else { return nil }
        if let flag = value.boolean { return flag }
        switch value.summary.trimmingSpace.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0", "": return false
        default:
            wrongType(names, wanted: "true or false", found: value)
            return nil
        }
    }

    /// The values of a list, of an object, or the one value there is.
    package func values(_ names: FieldName...) -> [LedgerValue] {
        guard let value = raw(names) else { return [] }
        if value.isList { return value.elements }
        return value.isObject ? [value] : [value]
    }

    package mutating func complain(_ code: String, _ problem: String, hint: String? = nil) {
        findings.append(Finding(.warning, code, "The \(place) \(problem).", hint: hint))
    }

    /// Takes over what was found inside of a field.
    package mutating func add(_ findings: [Finding]) { self.findings += findings }

    private mutating func wrongType(_ names: [FieldName], wanted: String, found: LedgerValue) {
        let name = value.members.first { member in names.contains(FieldName(member.key)) }?.key ?? "?"
        complain("field-type", "has \(found.kindInWords) in '\(name)', where \(wanted) should be")
    }
}

extension LedgerValue {
    /// `a list`, `a number`.
    package var kindInWords: String {
        switch content {
        case .null: "nothing"
        case .boolean: "true or false"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }
}
