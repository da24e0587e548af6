package import RunModel

/// What a blocker is, and what is to be done about it.
package struct TriageVerdict: Hashable, Sendable {
    package internal(set) var blockerClass: BlockerClass
    /// From 0 to 1: how much of the evidence agrees.
    package internal(set) var confidence: Double
    package internal(set) var needsHuman: Bool
    package internal(set) var action: TriageAction
    /// What decided, the strongest first, each as `where: what`.
    package internal(set) var evidence: [String]
    package internal(set) var findings: [Finding]
    /// Of a failure on a build server: where the failing tests lie.
    package internal(set) var testScope: TestScope?
}
