/// Changes that touch no more text than they must; a value set to what it is already changes nothing.
extension LedgerValue {
    /// Sets the value under a key, at its place; a new key goes to the end.
    ///
    /// - Returns: whether the object says something else now; `false` too when this is no object.
    @discardableResult
    package mutating func set(_ key: String, to value: LedgerValue) -> Bool {
        guard case .object(var members) = content else { return false }
        content = .null
        defer { content = .object(members) }
        if let index = members.lastIndex(where: { $0.key == key }) {
            guard members[index].value != value else { return false }
            members[index].value = value
        } else {
            members.append(Member(key: key, value: value))
        }
        source = nil
        return true
    }

    /// Adds a value at the end of a list.
    ///
    /// - Returns: `false`, with nothing changed, when this is no list.
    @discardableResult
    package mutating func append(_ value: LedgerValue) -> Bool {
        guard case .list(var elements) = content else { return false }
        content = .null
        elements.append(Element(value: value))
        content = .list(elements)
        source = nil
        return true
    }

    /// Changes the value under a key in place.
    ///
    /// - Returns: what the body returned; `nil` without calling it when there is no such key.
    @discardableResult
    package mutating func update<Result>(
        _ key: String,
        _ body: (inout LedgerValue) throws -> Result
    ) rethrows -> Result? {
        guard case .object(var members) = content, let index = members.lastIndex(where: { $0.key == key }) else {
            return nil
        }
        content = .null
        defer {
            if members[index].value.isEdited { source = nil }
            content = .object(members)
        }
        return try body(&members[index].value)
    }

    /// Changes the value at an index of a list, or of an object's members, in place.
    ///
    /// - Returns: what the body returned; `nil` without calling it when there is no such index.
    @discardableResult
    package mutating func update<Result>(
        at index: Int,
        _ body: (inout LedgerValue) throws -> Result
    ) rethrows -> Result? {
        switch content {
        case .list(var elements):
            guard elements.indices.contains(index) else { return nil }
            content = .null
            defer {
                if elements[index].value.isEdited { source = nil }
                content = .list(elements)
            }
            return try body(&elements[index].value)
        case .object(var members):
            guard members.indices.contains(index) else { return nil }
            content = .null
            defer {
                if members[index].value.isEdited { source = nil }
                content = .object(members)
            }
            return try body(&members[index].value)
        default: return nil
        }
    }
}
