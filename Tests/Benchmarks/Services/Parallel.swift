/// Runs the work in several tasks at once and waits for all of them; the first error ends it.
func inParallel(_ tasks: Int, _ work: @escaping @Sendable (_ task: Int) async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<tasks { group.addTask { try await work(task) } }
        try await group.waitForAll()
    }
}
