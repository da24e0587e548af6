/// A number that rises for ever per lock name; a later holder's token is always greater than an earlier one's.
///
/// A resource that remembers the greatest token it has seen can refuse a holder whose lease ended without its notice.
package struct FencingToken: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package var description: String { String(rawValue) }

    package static func < (left: FencingToken, right: FencingToken) -> Bool { left.rawValue < right.rawValue }
}
