package import Foundation

/// Changes of fields that agents spell as they like.
extension LedgerValue {
    /// Sets a field under the name the object already has for it, in whatever spelling; else under the first name.
    ///
    /// - Parameters:
    ///   - key: the name to give it where it is new.
    ///   - value: its value.
    ///   - synonym: another name that counts as the same field.
    /// - Returns: whether the object says something else now.
    @discardableResult
    package mutating func put(_ key: String, _ value: LedgerValue, or synonym: String? = nil) -> Bool {
        let names = [key, synonym].compactMap(\.self).map { FieldName($0) }
        let known = members
        let own = names.compactMap { name in known.first { FieldName($0.key) == name }?.key }.first
        return set(own ?? key, to: value)
    }

    /// Gives a ticket's entry another state and a new time of change.
    package mutating func move(to state: TicketState, at now: Date) {
        put("status", .text(state.rawValue), or: "state")
        put("updated_at", .text(LedgerStamp.text(now)))
    }
}
