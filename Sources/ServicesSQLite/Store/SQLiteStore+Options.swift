package import Services

extension SQLiteStore {
    package struct Options: Sendable {
        /// What has reached the disk when a write returns.
        package enum Durability: String, Sendable, CaseIterable {
            /// Survives the end of every process; the last moments may be lost when the machine loses power.
            case normal
            /// Survives loss of power as well; each commit waits for the disk.
            case full
        }

        /// Default `normal`.
        package var durability = Durability.normal
        /// How long a request waits for its turn and for other processes.
        ///
        /// Default 5 seconds.
        package var timeout: Duration = .seconds(5)
        /// Requests that may wait for the writer, and for each reader; more are refused as `overloaded`.
        ///
        /// Default 10,000.
        package var waitingLimit = 10_000
        /// Closures in one transaction at most.
        ///
        /// Default 64.
        package var batchLimit = 64
        /// Time after which a transaction takes no more closures.
        ///
        /// Default 5 milliseconds.
        package var batchTime: Duration = .milliseconds(5)
        /// Connections that read.
        ///
        /// Default 2.
        package var readers = 2
        /// Whether opening makes missing tables and applies migrations; otherwise requests fail with `schemaMissing`.
        ///
        /// Default true.
        package var migratesOnOpen = true
        /// Shortest time between two looks for other processes' changes, while there are listeners.
        ///
        /// Default 2 milliseconds; it doubles with each look that finds nothing, up to `pollCeiling`.
        package var pollFloor: Duration = .milliseconds(2)
        /// Longest time between two looks for other processes' changes: what a wake-up across processes can take.
        ///
        /// Default 50 milliseconds.
        package var pollCeiling: Duration = .milliseconds(50)
        /// Messages kept for other processes; older ones are lost to a process that has not read them.
        ///
        /// Default 10,000.
        package var messageLimit = 10_000
        /// How long messages are kept for other processes.
        ///
        /// Default 1 minute.
        package var messageRetention: Duration = .seconds(60)
        /// Errors kept per job, the latest ones.
        ///
        /// Default 10.
        package var errorsKept = 10
        /// Bytes kept of each error text.
        ///
        /// Default 8 KiB.
        package var errorSizeInBytes = 8 << 10
        /// The store's clock.
        ///
        /// Default: the machine's real-time clock. All processes that share the file run on one host and read the same
        /// clock, in microseconds; SQLite's own `now` has milliseconds only.
        package var clock = StoreClock.host

        package init() {}
    }
}
