/// Looks again and again until the condition holds, for what nothing signals.
///
/// - Parameters:
///   - limit: the longest wait.
///   - condition: what shall come true.
/// - Returns: whether it did.
package func eventually(
    within limit: Duration = .seconds(180),
    _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let end = ContinuousClock.now + limit
    while true {
        if try await condition() { return true }
        if ContinuousClock.now >= end { return false }
        // Polling with a bound: a cancelled wait only makes the loop quicker.
        try? await ContinuousClock().sleep(for: .milliseconds(2))
    }
}
