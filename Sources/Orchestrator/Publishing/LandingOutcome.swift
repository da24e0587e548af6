package import Git
package import Services

/// What became of moving the branch to the tested commit.
package enum LandingOutcome: Hashable, Sendable {
    /// The branch stands at the tested commit; with `wasThere` it did before, as after a crash.
    case landed(wasThere: Bool)
    /// Somebody moved the branch: build the train on its new head (`nil` when the branch is gone) and verify again.
    case branchMoved(current: OID?)
    /// The branch is checked out and these files with uncommitted changes, or untracked ones, are in the way; neither
    /// the branch nor a file was changed.
    case blocked([GitPath])
    /// The lease ended; a later holder may be at work.
    case fenced(by: FencingToken?)
}
