/// Keeps a resource from holders whose lease ended without their notice: refuses tokens below the greatest one seen.
package struct TokenFence: Hashable, Sendable {
    package private(set) var greatest: FencingToken?

    package init(greatest: FencingToken? = nil) {
        self.greatest = greatest
    }

    /// Whether a holder with that token may act now; remembers it when so.
    package mutating func admit(_ token: FencingToken) -> Bool {
        if let greatest, token < greatest { return false }
        greatest = token
        return true
    }
}
