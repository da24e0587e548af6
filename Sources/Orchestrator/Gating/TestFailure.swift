/// One failing test as a runner's output names it.
struct TestFailure: Hashable, Sendable {
    /// The runner's own name for it.
    var name: String
    /// The test's file where the output names one; relative or absolute, as printed.
    var file: String?
}
