/// A request for the leases of one or several names: all of them or none.
package struct LeaseRequest: Hashable, Sendable {
    /// Sorted by their bytes and without repetition, so that two requests never wait for each other.
    package let names: [String]
    package let holder: String
    package let timeToLive: Duration
    /// Repeating a request of the same holder with the same id gives the same leases again, and a fresh time to live.
    ///
    /// A caller that was cut off before it saw the answer asks again with the same id.
    package let requestID: String

    package init(names: [String], holder: String, timeToLive: Duration, requestID: String) {
        self.names = Set(names.map(ExactName.init)).sorted().map(\.name)
        self.holder = holder
        self.timeToLive = timeToLive
        self.requestID = requestID
    }
}
