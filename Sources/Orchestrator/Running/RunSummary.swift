package import RunModel

/// How one call that drove a run ended.
package struct RunSummary: Hashable, Sendable {
    package var run: RunID
    /// 0 all landed; 1 some work was refused; 3 the environment failed; 130 interrupted.
    package var exitStatus: Int32
    /// The report, relative to the repository; `nil` when the run did not get that far.
    package var report: String?
    package var record: RunRecord

    package var isInterrupted: Bool { exitStatus == 130 }
}
