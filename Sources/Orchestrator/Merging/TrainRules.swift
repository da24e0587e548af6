package import RunModel

/// What a train is built by, besides its candidates.
///
/// Equal rules, candidates and head give the same commit id: nothing is read from a clock.
package struct TrainRules: Hashable, Sendable {
    package var run: RunID
    /// Globs of files whose two sides are joined line by line instead of conflicting.
    package var append: [String]
    package var collect: [CollectRule]
    /// Author and committer time of every commit the train makes, in seconds since 1970-01-01 UTC.
    package var time: Int64
    /// Minutes east of UTC for that time; 0 by default.
    package var offsetInMinutes: Int32

    package init(
        run: RunID,
        append: [String] = [],
        collect: [CollectRule] = [],
        time: Int64,
        offsetInMinutes: Int32 = 0
    ) {
        self.run = run
        self.append = append
        self.collect = collect
        self.time = time
        self.offsetInMinutes = offsetInMinutes
    }

    /// The matcher for paths that are merged by union.
    var unionPaths: PathSet { PathSet(globs: append) }
}
