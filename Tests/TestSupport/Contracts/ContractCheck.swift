import Testing

/// One promise of a service's contract, to be kept by every driver.
///
/// Use as arguments of a parametrised test: `@Test(arguments: LockContract.checks)`, and run it on a fresh store.
package struct ContractCheck<Driver: Sendable>: Sendable, CustomTestStringConvertible {
    package let claim: String
    private let exercise: @Sendable (StoreUnderTest<Driver>) async throws -> Void

    package init(_ claim: String, _ exercise: @escaping @Sendable (StoreUnderTest<Driver>) async throws -> Void) {
        self.claim = claim
        self.exercise = exercise
    }

    package var testDescription: String { claim }

    package func run(on store: StoreUnderTest<Driver>) async throws {
        try await exercise(store)
    }
}
