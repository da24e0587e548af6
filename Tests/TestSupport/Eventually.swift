/// Waits until the condition holds: for what another process or a server does, and nothing tells of.
///
/// It looks every 5 milliseconds, and again at once when the machine was busy for longer; a claim never rests on how much
/// time passed.
///
/// - Parameters:
///   - limit: when to give up.
///   - condition: what is waited for.
/// - Returns: whether it came to hold.
/// - Throws: what the condition throws.
package func eventually(
    within limit: Duration = .seconds(60),
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now.advanced(by: limit)
    while true {
        if try await condition() { return true }
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(5))
    }
}
